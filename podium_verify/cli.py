"""The program: reads arguments, runs the checks, prints what was found."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from podium_verify.bundle import Bundle, open_bundle
from podium_verify.files import Given, check_files
from podium_verify.findings import Findings, Unreadable, plain
from podium_verify.keys import TrustedKey, read_keys
from podium_verify.log import check_log
from podium_verify.record import KINDS, SCORE_TYPE, Record, check_record

ALL_HELD, SOMETHING_FALSE, UNREADABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 where all that was checked held, 1 where something is false, 2 where nothing
    can be said."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except Unreadable as error:
        print(f"podium-verify: {plain(error)}", file=sys.stderr)
    except OSError as error:
        print(f"podium-verify: {error.filename}: {error.strerror}", file=sys.stderr)
    return UNREADABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="podium-verify",
        description="Check a record that a Podium site signed, without the site. With the files "
        "behind a score, compute the score once more.",
        epilog="Ends with 0 where all that was checked held, 1 where something is false, 2 where "
        "something can't be read.",
    )
    parser.add_argument(
        "record", type=Path, help="a record (JSON), or a replay bundle (zip) with all in it"
    )
    parser.add_argument(
        "--key", type=Path, help="the site's keys.json, or one public key as PEM; kept by you"
    )
    parser.add_argument("--log", type=Path, help="the publication log (JSON Lines)")
    parser.add_argument("--noted", metavar="HASH", help="a hash of the log that you noted earlier")
    for name, text in (
        ("predictions", "the predictions of the task (JSON Lines)"),
        ("facts", "replay.json, with the keys that were told after the close"),
        ("manifest", "manifest.txt, the list of the submission's files"),
    ):
        parser.add_argument(f"--{name}", type=Path, help=text)
    for name, text in (
        ("labels", "the labels of the task (JSON Lines)"),
        ("train", "the train split, for a task of the probe track (JSON Lines)"),
    ):
        more = f"{text}; with a bundle, TASK=FILE once for each task"
        parser.add_argument(f"--{name}", action="append", default=[], metavar="FILE", help=more)
    return parser


def _run(options: argparse.Namespace) -> int:
    bundle = open_bundle(options.record)
    checker = _Checker(_keys(options, bundle), _log(options, bundle), options.noted)
    if bundle is None:
        found = [checker.check(options.record.name, options.record.read_bytes(), _given(options))]
    else:
        found = [
            checker.check(name, bundle.require(name), _with_own(given, options, task))
            for name, task, given in bundle.records()
        ]
    if not found:
        raise Unreadable("the bundle holds no record")
    return SOMETHING_FALSE if any(each.is_false for each in found) else ALL_HELD


def _log(options: argparse.Namespace, bundle: Bundle | None) -> bytes | None:
    path: Path | None = options.log
    if path is not None:
        return path.read_bytes()
    return None if bundle is None else bundle.get("log.jsonl")


def _keys(options: argparse.Namespace, bundle: Bundle | None) -> Mapping[str, TrustedKey]:
    if options.key:
        return read_keys(options.key.read_bytes())
    if bundle is None:
        raise Unreadable("name the site's keys with --key; /api/v1/keys/ of the site has them")
    print(
        "Note: the keys come from the bundle itself. They show that its parts fit together, not "
        "who made it. For that, give keys that you got from the site (--key).\n"
    )
    return read_keys(bundle.require("keys.json"))


@dataclass(frozen=True, slots=True)
class _Checker:
    """What every record is checked against."""

    keys: Mapping[str, TrustedKey]
    log: bytes | None
    noted: str | None

    def check(self, name: str, raw: bytes, given: Given) -> Findings:
        """Check one record and print what was found."""
        findings = Findings()
        try:
            record = check_record(raw, self.keys, findings)
            if record is not None:
                self._look_further(record, given, findings)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise Unreadable(f"the record is of another version ({error!r})") from error
        print(plain(f"{name}{_title(record)}"))
        for line in findings.shown():
            print(line)
        print("  => FALSE\n" if findings.is_false else "  => all that was checked holds\n")
        return findings

    def _look_further(self, record: Record, given: Given, findings: Findings) -> None:
        if record.type == SCORE_TYPE:
            check_files(record, given, findings)
        if self.log is None:
            findings.skipped("the publication log (needs --log)")
        else:
            check_log(self.log, record, noted=self.noted, findings=findings)


def _title(record: Record | None) -> str:
    if record is None:
        return ""
    told = record.predicate
    parts = [KINDS[record.type], f"in “{told.get('competition')}”"]
    if record.type == SCORE_TYPE:
        task = told.get("task")
        parts.append(f"task “{task.get('slug') if isinstance(task, dict) else task}”")
        parts.append(f"{told.get('split')} rows: {told.get('points')} points")
    return ": " + ", ".join(parts)


def _given(options: argparse.Namespace) -> Given:
    def read(path: Path | None) -> bytes | None:
        return None if path is None else path.read_bytes()

    return Given(
        predictions=read(options.predictions),
        labels=read(_only(options.labels, "labels")),
        train=read(_only(options.train, "train")),
        manifest=read(options.manifest),
        facts=read(options.facts),
    )


def _only(paths: Sequence[str], name: str) -> Path | None:
    if len(paths) > 1:
        raise Unreadable(f"one record has one task: give --{name} once")
    return Path(paths[0]) if paths else None


def _with_own(given: Given, options: argparse.Namespace, task: str) -> Given:
    """Let files that were named for a task take the place of a bundle's."""
    own = {}
    for name in ("labels", "train"):
        for told in getattr(options, name):
            for_task, divided, path = told.partition("=")
            if not divided:
                raise Unreadable(f"with a bundle, write --{name} TASK=FILE")
            if for_task == task:
                own[name] = Path(path).read_bytes()
    return replace(given, **own)

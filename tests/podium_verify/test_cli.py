"""What the program says of a whole record, and of every way to change one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podium_verify.cli import main
from podium_verify.findings import Findings
from podium_verify.keys import read_keys
from podium_verify.record import check_record
from scoring import records
from tests.podium_verify import pure_record

FILES = ("predictions", "labels", "facts", "manifest", "log")
NAMES = {
    "predictions": "predictions.jsonl",
    "labels": "labels.jsonl",
    "facts": "replay.json",
    "manifest": "manifest.txt",
    "log": "log.jsonl",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pure_record.write(tmp_path)
    return tmp_path


def arguments(folder: Path, *, key: str = "keys.json", without: tuple[str, ...] = ()) -> list[str]:
    named = [f"--{name}={folder / NAMES[name]}" for name in FILES if name not in without]
    return [str(folder / "record.json"), f"--key={folder / key}", *named]


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    before = path.read_bytes()
    path.write_bytes(change(before))
    assert path.read_bytes() != before


def edit_json(path: Path, change: Callable[[Any], Any]) -> None:
    told = json.loads(path.read_text())
    change(told)
    path.write_text(json.dumps(told))


def test_a_whole_record_holds_and_nothing_is_left_unsaid(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noted = pure_record.log(pure_record.envelope())[-1].hash
    assert main([*arguments(folder), f"--noted={noted}"]) == 0
    told = capsys.readouterr().out
    assert "not checked" not in told
    assert "FALSE" not in told
    assert "the key was in use when it was signed" in told
    assert "the hash that you noted is entry 3" in told
    assert "=> all that was checked holds" in told


def test_what_was_not_given_is_named_with_how_to_give_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(folder, key="key.pem", without=FILES)) == 0
    told = capsys.readouterr().out
    for line in (
        "whether the key was in use then (needs keys.json",
        "the predictions (needs --predictions)",
        "the labels (needs --labels and --facts)",
        "the key of the run (needs --facts)",
        "the submission manifest (needs --manifest)",
        "the score itself (needs --predictions, --labels and --facts)",
        "the publication log (needs --log)",
    ):
        assert f"not checked  {line}" in told


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("predictions.jsonl", lambda raw: raw.replace(b"pos", b"neg", 1), "the predictions: the"),
        ("predictions.jsonl", lambda raw: raw + b"\n", "the predictions: the record says"),
        (
            "labels.jsonl",
            lambda raw: raw.replace(b"neg", b"pos", 1),
            "the labels, by their commitment: the record",
        ),
        ("manifest.txt", lambda raw: raw.replace(b" 2 ", b" 3 "), "the submission manifest: the"),
        ("replay.json", lambda raw: raw.replace(b"abab", b"abba", 1), "the key of the run: the"),
        ("replay.json", lambda raw: raw.replace(b"cdcd", b"cddc", 1), "the key of the split: the"),
        ("record.json", lambda raw: raw[:-2], "this is no record as the platform writes them"),
        ("record.json", lambda raw: raw[:-1] + b', "x": 1}', "fields that nobody signed: x"),
        ("log.jsonl", lambda raw: raw.replace(b"03-02", b"03-09"), "broken at entry 2"),
        ("log.jsonl", lambda raw: b"".join(raw.splitlines(True)[1:]), "broken at entry 2"),
        ("log.jsonl", lambda raw: raw[:-9], "the log can't be read: line 3"),
    ],
)
def test_a_changed_file_is_named(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    change: Callable[[bytes], bytes],
    said: str,
) -> None:
    edit(folder / name, change)
    assert main(arguments(folder)) == 1
    told = capsys.readouterr().out
    assert said in told
    assert "=> FALSE" in told


def test_a_payload_that_was_changed_and_one_of_another_signer_are_told_apart(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads((folder / "record.json").read_text())
    statement = records.read_envelope(told).statement
    statement["predicate"]["points"] = 100.0
    forged = records.sign(statement, key=pure_record.OTHER_KEY).as_dict()
    (folder / "record.json").write_text(json.dumps(forged))
    assert main(arguments(folder)) == 1
    assert "which is not among the given ones" in capsys.readouterr().out
    forged["signatures"][0]["keyid"] = told["signatures"][0]["keyid"]
    (folder / "record.json").write_text(json.dumps(forged))
    assert main(arguments(folder)) == 1
    assert "the signature does not fit" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["value", "points", "rows", "missing", "low", "high"])
def test_a_figure_that_the_files_do_not_give_is_false_even_if_it_is_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    right = pure_record.predicate()[name]
    pure_record.write(tmp_path, **{name: right + 1e-12 if isinstance(right, float) else right + 1})
    assert main(arguments(tmp_path)) == 1
    told = capsys.readouterr().out
    assert told.count("FALSE ") == 1
    assert f"{name}" in next(line for line in told.splitlines() if "FALSE " in line)


def test_a_failed_task_must_have_no_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pure_record.write(tmp_path, failed=True, value=None, points=0.0)
    assert main(arguments(tmp_path)) == 0
    pure_record.write(tmp_path, failed=True, value=None, points=1.0)
    assert main(arguments(tmp_path)) == 1
    assert "points of a failed task: the record says 1.0, found 0.0" in capsys.readouterr().out


def test_a_record_that_was_signed_after_its_key_was_retired_is_false(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "keys.json").write_bytes(pure_record.keys(retired_at="2026-02-01T00:00:00+00:00"))
    assert main(arguments(folder)) == 1
    assert "after the key was retired" in capsys.readouterr().out
    (folder / "keys.json").write_bytes(pure_record.keys(retired_at="2026-04-01T00:00:00+00:00"))
    assert main(arguments(folder)) == 0


def test_a_log_that_was_rewritten_as_a_whole_is_found_by_a_noted_hash(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments(folder), f"--noted={'e' * 64}"]) == 1
    assert "does not hold the hash that you noted" in capsys.readouterr().out


def test_a_dataset_that_the_log_did_not_commit_to_is_false(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = pure_record.commitment("0" * 64, pure_record.SPLIT_KEY)
    pure_record.write(tmp_path, dataset={"version": 1, "commitments": {"labels": other}})
    named = arguments(tmp_path, without=("labels",))
    assert main(named) == 1
    assert "FALSE        the dataset, as entry 1 committed to it" in capsys.readouterr().out


def test_other_versions_of_the_scorer_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    versions = {**pure_record.scorer_versions(), "numpy": "1.0"}
    pure_record.write(tmp_path, versions=versions)
    assert main(arguments(tmp_path)) == 0
    assert "numpy 1.0 there" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("keys.json", b"[1]", "the keys are neither a PEM file nor the platform's keys.json"),
        ("keys.json", b"-----BEGIN PUBLIC KEY-----\nx\n", "a key is no Ed25519 public key in PEM"),
        ("replay.json", b"{}", "the facts are no replay.json as the platform writes it"),
        ("record.json", b"PK\x03\x04", "record.json is a damaged zip"),
    ],
)
def test_what_can_not_be_read_is_an_answer_of_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, said: str
) -> None:
    (folder / name).write_bytes(content)
    assert main(arguments(folder)) == 2
    assert said in capsys.readouterr().err


def test_without_a_key_nothing_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder / "record.json")]) == 2
    assert "name the site's keys with --key" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "labels.jsonl").unlink()
    assert main(arguments(folder)) == 2
    assert "labels.jsonl: No such file or directory" in capsys.readouterr().err


def test_a_key_under_a_false_id_is_not_taken(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit_json(folder / "keys.json", lambda told: told[0].update(key_id="0" * 64))
    assert main(arguments(folder)) == 2
    assert "has another id" in capsys.readouterr().err


RAW = json.dumps(pure_record.envelope()).encode()
KEYS = read_keys(pure_record.keys())


@settings(max_examples=300)
@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_whatever_byte_of_a_record_is_changed_it_does_not_hold(at: int, flip: int) -> None:
    changed = bytearray(RAW)
    changed[at] ^= flip
    findings = Findings()
    record = check_record(bytes(changed), KEYS, findings)
    if record is not None:  # only the space between two tokens may differ
        assert json.loads(bytes(changed)) == json.loads(RAW)
    else:
        assert findings.is_false


@given(st.binary(max_size=200))
def test_whatever_is_given_as_a_record_is_refused_in_words(raw: bytes) -> None:
    findings = Findings()
    assert check_record(raw, KEYS, findings) is None
    assert findings.is_false

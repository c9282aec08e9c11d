"""What somebody hands out who wants the program to say more than it found, or to fall over."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podium_verify.cli import main
from publications.chain import GENESIS, Entry, hash_of
from scoring import records
from scoring.records import Subject
from tests.podium_verify import pure_record

EVIL = "x\n  => all that was checked holds\n\x1b[2J\u202e"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pure_record.write(tmp_path)
    return tmp_path


def bundle(folder: Path) -> bytes:
    """Pack the files as a site does."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in {
            "keys.json": "keys.json",
            "log.jsonl": "log.jsonl",
            "replay.json": "replay.json",
            "manifest.txt": "manifest.txt",
            "predictions/films.jsonl": "predictions.jsonl",
            "labels/films.jsonl": "labels.jsonl",
            "records/films/private.json": "record.json",
        }.items():
            archive.writestr(name, (folder / file).read_bytes())
    return sink.getvalue()


def chained(*payloads: dict[str, Any], at: str = "2026-03-02T00:00:00+00:00") -> bytes:
    """Return a log whose hashes are right."""
    entries: list[Entry] = []
    for number, payload in enumerate(payloads, start=1):
        entry = Entry(
            sequence=number,
            at=at,
            kind="awards_granted",
            payload=payload,
            previous=entries[-1].hash if entries else GENESIS,
        )
        entries.append(replace(entry, hash=hash_of(entry)))
    return b"".join(entry.line() for entry in entries)


def grant(published_at: str = "2026-03-01T00:00:00+00:00") -> records.Envelope:
    told = {"competition": "cup", "published_at": published_at}
    statement = records.statement(
        predicate_type="urn:podium:award-grant:3",
        subject=[Subject("submission manifest", "a" * 64)],
        predicate=told,
    )
    return records.sign(statement, key=pure_record.KEY)


def signed(folder: Path, change: Callable[[dict[str, Any]], object]) -> list[str]:
    """Sign a changed statement with the site's own key; return the arguments that check it."""
    path = folder / "record.json"
    statement = records.read_envelope(json.loads(path.read_text())).statement
    change(statement)
    path.write_text(json.dumps(records.sign(statement, key=pure_record.KEY).as_dict()))
    return [str(path), f"--key={folder / 'keys.json'}"]


def test_a_bundle_s_names_print_no_lines_of_their_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = folder / "bundle.zip"
    packed.write_bytes(bundle(folder))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(f"records/films/{EVIL}.json", b"{}")
    assert main([str(packed)]) == 1
    told = capsys.readouterr().out
    assert told.count("  => all that was checked holds\n") == 1, "of the record that does"
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_the_texts_of_an_envelope_and_of_a_log_print_no_lines_of_their_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads((folder / "record.json").read_text())
    digest = pure_record.sha256(records.read_envelope(told).payload)
    (folder / "log.jsonl").write_bytes(chained({"records": [digest]}, at=EVIL))
    named = [f"--key={folder / 'keys.json'}", f"--log={folder / 'log.jsonl'}"]
    assert main([str(folder / "record.json"), *named]) == 0
    told["signatures"][0]["keyid"] = EVIL
    (folder / "record.json").write_text(json.dumps(told))
    assert main([str(folder / "record.json"), *named]) == 1
    shown = capsys.readouterr().out
    assert shown.count("  => all that was checked holds\n") == 1
    assert "\x1b" not in shown


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_bytes_of_a_bundle_are_changed_the_program_ends_in_words(
    folder: Path, data: st.DataObject
) -> None:
    raw = bytearray(bundle(folder))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(2, len(raw) - 1))] = data.draw(st.integers(0, 255))
    (folder / "changed.zip").write_bytes(raw[: data.draw(st.integers(2, len(raw)))])
    arguments = [str(folder / "changed.zip"), f"--key={folder / 'keys.json'}"]
    assert main(arguments) in {0, 1, 2}


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packings_than_the_sites_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], packing: int
) -> None:
    with zipfile.ZipFile(folder / "odd.zip", "w", packing) as archive:
        archive.writestr("records/films/private.json", (folder / "record.json").read_bytes())
    assert main([str(folder / "odd.zip"), f"--key={folder / 'keys.json'}"]) == 2
    assert "packed in a way that no site uses" in capsys.readouterr().err


@pytest.mark.parametrize("number", [b"1e999", b'"\\ud800"'])
def test_a_log_with_what_has_no_hash_is_broken_there(
    folder: Path, capsys: pytest.CaptureFixture[str], number: bytes
) -> None:
    path = folder / "log.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"records":', b'"more":' + number + b',"records":'))
    arguments = [str(folder / "record.json"), f"--key={folder / 'keys.json'}", f"--log={path}"]
    assert main(arguments) == 1
    assert "the log is broken at entry 2: its content is nothing that has a hash" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("signed_at", "status"),
    [
        ("2025-12-31T23:49:59+00:00", 1),
        ("2025-12-31T23:50:01+00:00", 0),
        ("2026-04-01T00:09:59+00:00", 0),
        ("2026-04-01T00:10:01+00:00", 1),
    ],
)
def test_a_key_signs_from_when_it_was_made_until_it_was_retired_and_what_was_begun(
    folder: Path, signed_at: str, status: int
) -> None:
    (folder / "keys.json").write_bytes(pure_record.keys(retired_at="2026-04-01T00:00:00+00:00"))
    arguments = signed(folder, lambda told: told["predicate"].update(signed_at=signed_at))
    assert main(arguments) == status


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["predicate"].update(signed_at="yesterday"),
        lambda told: told["predicate"].update(signed_at="2026-03-01T00:00:00"),
        lambda told: told["predicate"].pop("dataset"),
        lambda told: told["subject"][0]["digest"].update(sha256=[1]),
    ],
)
def test_a_statement_of_another_shape_is_another_version(
    folder: Path, capsys: pytest.CaptureFixture[str], change: Callable[[dict[str, Any]], object]
) -> None:
    assert main(signed(folder, change)) == 2
    assert "the record is of another version" in capsys.readouterr().err


@pytest.mark.parametrize("kind", [[1], {}, None, "urn:podium:task-score:1"])
def test_a_statement_of_another_kind_is_false(folder: Path, kind: Any) -> None:
    assert main(signed(folder, lambda told: told.update(predicateType=kind))) == 1


def test_keys_whose_times_have_no_zone_are_not_read(folder: Path) -> None:
    (folder / "keys.json").write_bytes(pure_record.keys(retired_at="2026-04-01T00:00:00"))
    assert main([str(folder / "record.json"), f"--key={folder / 'keys.json'}"]) == 2


def test_a_grant_that_the_log_goes_past_was_never_published(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = grant()
    (folder / "grant.json").write_text(json.dumps(made.as_dict()))
    log = folder / "log.jsonl"
    arguments = [str(folder / "grant.json"), f"--key={folder / 'keys.json'}", f"--log={log}"]
    log.write_bytes(chained({"grants": ["b" * 64]}))
    assert main(arguments) == 1
    assert (
        "the log goes on after this was published and does not name it" in capsys.readouterr().out
    )
    log.write_bytes(chained({"grants": ["b" * 64]}, at="2026-02-28T23:59:59+00:00"))
    assert main(arguments) == 0, "a log from before can't name it"
    log.write_bytes(chained({"grants": [pure_record.sha256(made.payload)]}))
    assert main(arguments) == 0

"""The collector takes the files named by the contract and believes nothing else."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.output import MAX_EXTRA_BYTES, Collected, CollectionFailed, collect, wanted_files
from sandbox.spec import RunSpec
from tests.sandbox.lab import LIMITS

SPEC = RunSpec(name="run", input_dir=Path("/in"), tasks=("a", "b"), limits=LIMITS)
REPORT = b'{"status": "ok", "rows": 1}'
ROWS = b'{"id": "1"}\n'
USAGE = b'{"used_bytes": 10, "used_files": 2, "full": false}\n'


def frame(path: str, body: bytes = b"", refused: str | None = None) -> bytes:
    head = {"path": path, "size": len(body), "refused": refused}
    return json.dumps(head).encode() + b"\n" + body


def answer() -> bytes:
    return (
        frame("a/report.json", REPORT)
        + frame("a/predictions.jsonl", ROWS)
        + frame("b/report.json", refused="absent")
        + frame("b/predictions.jsonl", refused="linked")
        + USAGE
    )


def take(data: bytes, folder: Path, size: int = 1000) -> Collected:
    chunks = (data[start : start + size] for start in range(0, len(data), size))
    return collect(chunks, spec=SPEC, output_dir=folder)


def test_only_reports_and_predictions_of_the_run_s_tasks_are_asked_for() -> None:
    assert [path for path, _ in wanted_files(SPEC)] == [
        "a/report.json",
        "a/predictions.jsonl",
        "b/report.json",
        "b/predictions.jsonl",
    ]
    assert all(limit <= LIMITS.output_bytes for _, limit in wanted_files(SPEC))


@pytest.mark.parametrize("said", ["{}", '{"used_bytes": "10"}', '{"used_bytes": -1}', "[" * 3000])
def test_an_end_that_says_nothing_is_a_broken_stream(said: str, tmp_path: Path) -> None:
    frames = answer().removesuffix(USAGE) + said.encode() + b"\n"
    with pytest.raises(CollectionFailed):
        take(frames, tmp_path)


def test_accepted_files_lie_in_the_output_folder(tmp_path: Path) -> None:
    collected = take(answer(), tmp_path)
    assert collected.tasks["a"].report == {"status": "ok", "rows": 1}
    assert (tmp_path / "a" / "predictions.jsonl").read_bytes() == ROWS
    assert collected.tasks["b"].refused == {
        "report.json": "absent",
        "predictions.jsonl": "linked",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (collected.used_bytes, collected.full) == (10, False)


@given(st.integers(1, 60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_chunks_may_be_cut_anywhere(tmp_path: Path, size: int) -> None:
    target = tmp_path / str(size)
    target.mkdir(exist_ok=True)
    for old in target.rglob("*.jsonl"):
        old.unlink()
        old.parent.rmdir()
    take(answer(), target, size)
    assert (target / "a" / "predictions.jsonl").read_bytes() == ROWS


def test_a_bad_report_is_refused_with_its_reason(tmp_path: Path) -> None:
    collected = take(answer().replace(b'"status": "ok"', b'"statux": "ok"'), tmp_path)
    assert collected.tasks["a"].report is None
    assert collected.tasks["a"].refused == {"report.json": "the report has no status"}


def broken() -> Iterator[bytes]:
    whole = answer()
    yield b""
    yield whole[:-5]
    yield whole[: len(whole) // 2]
    yield whole.replace(b"a/report.json", b"../report.json")
    yield whole.replace(b'"size": 12', b'"size": -1')
    yield whole.replace(b'"size": 12', b'"size": 99999999999')
    yield whole.replace(b'"size": 12', b'"size": "12"')
    yield b"python: no such file\n" + whole
    yield b"[]\n" + whole
    yield b"x" * 100_000


@pytest.mark.parametrize("data", list(broken()))
def test_an_answer_that_is_not_the_reader_s_is_our_fault(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(CollectionFailed):
        take(data, tmp_path)


def test_extra_files_come_back_where_they_were_asked_for_and_fail_nothing(tmp_path: Path) -> None:
    spec = replace(SPEC, extra_files=("notes.json",))
    assert ("a/notes.json", MAX_EXTRA_BYTES) in wanted_files(spec)
    assert not [path for path, _ in wanted_files(SPEC) if path.endswith("notes.json")]
    stream = (
        frame("a/report.json", REPORT)
        + frame("a/predictions.jsonl", ROWS)
        + frame("a/notes.json", b"[1]")
        + frame("b/report.json", REPORT)
        + frame("b/predictions.jsonl", ROWS)
        + frame("b/notes.json", refused="linked")
        + USAGE
    )
    found = collect([stream], spec=spec, output_dir=tmp_path)
    assert found.tasks["a"].extras == {"notes.json": b"[1]"}
    assert found.tasks["b"].extras == found.tasks["b"].refused == {}

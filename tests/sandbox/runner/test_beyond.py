"""What goes beyond the answers comes after all of them, and costs none of them anything."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.runner import predictions
from sandbox.runner.config import read_run
from sandbox.runner.formats.base import Model
from sandbox.runner.progress import Progress
from sandbox.runner.session import Session

from .fakes import BEHAVIOURS, FakeFormat, FakeModel
from .staging import Staged, write_rows

TEXTS = ["a", "bb", "ccc"]
COPIES = ["A", "BB", "CC C"]


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    staged = Staged(tmp_path / "run")
    (staged.model / "fake.json").write_text("{}")
    return staged


def with_copies(staged: Staged, slug: str, copies: list[str] = COPIES) -> None:
    staged.task(slug, TEXTS, files=["inputs.jsonl", "perturbed.jsonl"])
    write_rows(staged.in_dir / "tasks" / slug / "perturbed.jsonl", "p", copies)


def run(staged: Staged, **settings: Any) -> tuple[FakeFormat, list[dict[str, Any]]]:
    staged.settings.update(settings)
    staged.close()
    model_format, stream = FakeFormat(), io.StringIO()
    Session(
        in_dir=staged.in_dir,
        out_dir=staged.out_dir,
        run=read_run(staged.in_dir),
        model_format=model_format,
        progress=Progress(stream),
    ).run_all()
    return model_format, [json.loads(line) for line in stream.getvalue().splitlines()]


def test_copies_are_answered_in_the_same_file_and_counted_nowhere(staged: Staged) -> None:
    with_copies(staged, "films")
    _, events = run(staged)
    result = staged.result("films")
    assert result.rows.keys() == {"r0", "r1", "r2", "p0", "p1", "p2"}
    assert (result.report["status"], result.report["rows"]) == ("ok", 3)
    assert {event["total"] for event in events} == {3}
    assert max(event["done"] for event in events) == 3


def test_answers_are_the_same_bytes_with_and_without_copies(tmp_path: Path) -> None:
    found = []
    for name, copies in (("one", ["a copy of quite another length"] * 9), ("two", [])):
        staged = Staged(tmp_path / name)
        (staged.model / "fake.json").write_text("{}")
        with_copies(staged, "films", copies)
        run(staged)
        found.append(staged.result("films").raw.splitlines()[:3])
    assert found[0] == found[1]


def test_copies_wait_for_every_task_and_the_last_model_goes_first(staged: Staged) -> None:
    for slug in ("one", "two"):
        (staged.own(slug) / "fake.json").write_text("{}")
        with_copies(staged, slug)
    model_format, events = run(staged)
    loads = [folder for folder, _ in model_format.loads]
    assert loads == ["one", "two", "one"]
    assert [event["task"] for event in events if event["event"] == "task_finished"] == [
        "one",
        "two",
    ]
    assert all(len(staged.result(slug).rows) == 6 for slug in ("one", "two"))


def test_a_task_without_copies_needs_its_model_no_more(staged: Staged) -> None:
    for slug in ("one", "two"):
        (staged.own(slug) / "fake.json").write_text("{}")
        staged.task(slug, TEXTS)
    model_format, _ = run(staged)
    assert [folder for folder, _ in model_format.loads] == ["one", "two"]


LONG = ["a copy that is longer than any row"] * 3


class Choosy(FakeModel):
    """Answers short texts, and does to a long one what the test says."""

    does_to_long = ""

    def forward(self, batch: Any, names: Any) -> Any:
        if any(len(example["input_ids"]) > 9 for example in batch):
            BEHAVIOURS[self.does_to_long](batch)
        return super().forward(batch, names)


@pytest.mark.parametrize("does", ["out_of_memory", "broken", "forever"])
def test_whatever_copies_do_the_answers_stand(
    staged: Staged, does: str, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    def load(self: FakeFormat, folder: Path, *rest: Any) -> Model:
        self.loads.append((folder.name, ""))
        model = Choosy({})
        model.does_to_long = does
        return model

    monkeypatch.setattr(FakeFormat, "load", load)
    for slug in ("films", "books"):
        (staged.own(slug) / "fake.json").write_text("{}")
        with_copies(staged, slug, LONG)
    run(staged, task_seconds=0.5)
    for slug in ("films", "books"):
        result = staged.result(slug)
        assert (result.report["status"], result.rows.keys()) == ("ok", {"r0", "r1", "r2"})
    told = {"forever": "no time left beyond the answers"}.get(does, "beyond the answers:")
    assert f"task books{', ' if does != 'forever' else ': '}{told}" in capfd.readouterr().err


def test_an_unreadable_file_of_copies_costs_nothing(staged: Staged) -> None:
    with_copies(staged, "films")
    (staged.in_dir / "tasks" / "films" / "perturbed.jsonl").write_text("no row\n")
    run(staged)
    assert staged.result("films").report["status"] == "ok"
    assert staged.result("films").rows.keys() == {"r0", "r1", "r2"}


def test_a_task_that_failed_is_not_tried_again(staged: Staged) -> None:
    (staged.model / "fake.json").write_text('{"does": "broken"}')
    with_copies(staged, "films")
    run(staged)
    assert staged.result("films").raw == b""


def test_a_rehearsal_ends_with_its_answers(staged: Staged) -> None:
    with_copies(staged, "films")
    run(staged, rehearsal=True)
    assert staged.result("films").rows.keys() == {"r0", "r1", "r2"}


class MeasuredFormat(FakeFormat):
    """As one of the platform's own code; eight hundred operations, whatever the work."""

    measures = True

    def count_flops(self, work: Any) -> int:
        work()
        return 800


def measured(staged: Staged, monkeypatch: pytest.MonkeyPatch, rows: int, **settings: Any) -> Any:
    staged.task("films", ["text"] * rows)
    monkeypatch.setitem(globals(), "FakeFormat", MeasuredFormat)
    run(staged, **settings)
    return staged.result("films").report


def test_what_one_row_takes_is_measured(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    report = measured(staged, monkeypatch, rows=30)
    assert 0 < report["latency_p50_ms"] <= report["latency_p95_ms"]
    assert report["flops_per_row"] == 100
    assert report["rows"] == 30
    assert len(staged.result("films").rows) == 30


def test_of_few_rows_only_operations_are_counted(
    staged: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = measured(staged, monkeypatch, rows=4)
    assert (report["latency_p50_ms"], report["flops_per_row"]) == (None, 200)


def test_a_rehearsal_measures_nothing(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    report = measured(staged, monkeypatch, rows=30, rehearsal=True)
    assert (report["latency_p50_ms"], report["flops_per_row"]) == (None, None)


def test_formats_that_run_a_participant_s_code_are_not_measured(staged: Staged) -> None:
    staged.task("films", ["text"] * 30)
    run(staged)
    report = staged.result("films").report
    assert (report["latency_p50_ms"], report["flops_per_row"]) == (None, None)


class Full:
    """A file on a disk that takes only some of the bytes."""

    def __init__(self, file: Any, takes: int | None) -> None:
        self._file, self._takes = file, takes

    def __enter__(self) -> Full:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: bytes) -> int:
        if self._takes is None:
            raise OSError(28, "No space left on device")
        return int(self._file.write(data[: self._takes]))


@pytest.mark.parametrize("takes", [None, 0, 3])
def test_lines_that_do_not_fit_leave_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, takes: int | None
) -> None:
    path = tmp_path / "predictions.jsonl"
    path.write_text("a\n")
    opened = Path.open
    monkeypatch.setattr(Path, "open", lambda *args, **more: Full(opened(*args, **more), takes))
    predictions.append_predictions(tmp_path, ["b", "c"])
    assert path.read_bytes() == b"a\n"
    monkeypatch.undo()
    predictions.append_predictions(tmp_path, ["b", "c"])
    assert path.read_text() == "a\nb\nc\n"

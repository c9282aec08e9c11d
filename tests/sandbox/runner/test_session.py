from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.runner.config import read_run
from sandbox.runner.progress import Progress
from sandbox.runner.session import Session

from .fakes import FakeFormat
from .staging import Staged

TEXTS = ["a", "bb", "ccc"]


class Run:
    """A session over the fake format."""

    def __init__(self, staged: Staged) -> None:
        staged.close()
        self.format = FakeFormat()
        self.stream = io.StringIO()
        self.staged = staged
        self.ok = Session(
            in_dir=staged.in_dir,
            out_dir=staged.out_dir,
            run=read_run(staged.in_dir),
            model_format=self.format,
            progress=Progress(self.stream),
        ).run_all()

    def events(self, name: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.stream.getvalue().splitlines()]
        return [event for event in found if event["event"] == name]


def _model(folder: Path, **config: Any) -> None:
    (folder / "fake.json").write_text(json.dumps(config))


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    staged = Staged(tmp_path / "run")
    _model(staged.model)
    return staged


def test_a_root_model_is_loaded_once_for_each_part_that_tasks_need(staged: Staged) -> None:
    staged.task("head-1", TEXTS)
    staged.task("probe-1", TEXTS, train=TEXTS)
    staged.task("head-2", TEXTS)
    staged.task("probe-2", TEXTS, train=TEXTS, pooling="cls")
    run = Run(staged)
    assert run.ok == 4
    assert run.format.loads == [("model", "classifier"), ("model", "encoder")]
    assert staged.result("head-1").report["load_seconds"] >= 0
    assert staged.result("head-2").report["load_seconds"] == 0


def test_a_task_folder_replaces_the_root_for_its_task_alone(staged: Staged) -> None:
    staged.task("first", TEXTS)
    staged.task("own", TEXTS)
    staged.task("last", TEXTS)
    _model(staged.own("own"), id2label={"0": "positive", "1": "negative"})
    run = Run(staged)
    assert run.format.loads == [("model", "classifier"), ("own", "classifier")]
    assert staged.result("first").rows["r0"]["label"] == "positive"
    assert staged.result("own").rows["r0"]["label"] == "negative"


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"headless": True}, "missing_head"),
        ({"outputs": 3}, "wrong_labels"),
        ({"does": "nan"}, "non_finite_output"),
        ({"does": "out_of_memory"}, "out_of_memory"),
        ({"does": "broken"}, "bad_model"),
        ({"does": "flat"}, "bad_model"),
    ],
)
def test_a_task_that_fails_leaves_its_code_and_stops_no_other(
    staged: Staged, config: dict[str, Any], code: str
) -> None:
    _model(staged.own("bad"), **config)
    staged.task("bad", TEXTS)
    staged.task("good", TEXTS)
    run = Run(staged)
    assert run.ok == 1
    bad = staged.result("bad")
    assert (bad.report["status"], bad.report["error_code"]) == ("failed", code)
    assert (bad.report["rows"], bad.raw) == (0, b"")
    assert staged.result("good").report["status"] == "ok"
    assert [event["status"] for event in run.events("task_finished")] == ["failed", "ok"]


def test_a_task_out_of_time_is_stopped_and_the_next_one_runs(staged: Staged) -> None:
    staged.settings["task_seconds"] = 0.5
    _model(staged.own("endless"), does="forever")
    staged.task("endless", TEXTS)
    staged.task("good", TEXTS)
    Run(staged)
    assert staged.result("endless").report["error_code"] == "timeout"
    assert "0.5 seconds" in staged.result("endless").report["message"]
    assert staged.result("good").report["status"] == "ok"


def test_a_model_s_exception_does_not_carry_rows_into_the_message(staged: Staged) -> None:
    _model(staged.model, does="broken")
    staged.task("bad", TEXTS)
    Run(staged)
    message = staged.result("bad").report["message"]
    assert "IndexError" in message
    assert "secret" not in message


def test_what_nobody_expected_is_internal_and_stops_no_other(staged: Staged) -> None:
    staged.own("strange")
    staged.task("strange", TEXTS)
    staged.task("unknown", TEXTS, kind="poetry")
    staged.task("good", TEXTS)
    run = Run(staged)
    assert staged.result("strange").report["error_code"] == "internal"
    assert "poetry" in staged.result("unknown").report["message"]
    assert run.ok == 1


def test_after_a_lack_of_memory_the_model_is_loaded_anew(staged: Staged) -> None:
    _model(staged.model, does="out_of_memory")
    staged.task("one", TEXTS)
    staged.task("two", TEXTS)
    assert Run(staged).format.loads == [("model", "classifier"), ("model", "classifier")]


def test_a_probe_task_without_its_train_split_is_internal(staged: Staged) -> None:
    staged.task("probe", TEXTS, track="probe")
    Run(staged)
    assert staged.result("probe").report["error_code"] == "internal"


def test_the_report_says_what_the_task_took(staged: Staged) -> None:
    staged.task("movies", ["a" * 100, "b" * 65, "c" * 64], max_length=64)
    Run(staged)
    report = staged.result("movies").report
    assert report["rows"] == 3
    assert report["truncated_rows"] == 2
    assert report["parameters"] == 7
    assert report["model_bytes"] == 28
    assert report["dtype"] == "float32"
    assert report["seconds"] >= report["load_seconds"]
    assert report["rows_per_second"] > 0
    assert report["peak_memory_bytes"] > 0


def test_nothing_but_named_files_is_left(staged: Staged) -> None:
    staged.task("movies", TEXTS)
    Run(staged)
    left = {path.relative_to(staged.out_dir).as_posix() for path in staged.out_dir.rglob("*")}
    assert left == {"movies", "movies/report.json", "movies/predictions.jsonl"}


def test_progress_counts_rows(staged: Staged) -> None:
    staged.task("similar", [("a", "b"), ("c", "d")], kind="sentence_similarity", labels=[])
    run = Run(staged)
    assert [event["total"] for event in run.events("task_started")] == [2]
    assert [event["done"] for event in run.events("task_finished")] == [2]
    assert all(event["done"] <= event["total"] for event in run.events("progress"))


def test_a_model_that_is_told_its_task_is_loaded_for_each(staged: Staged) -> None:
    _model(staged.model, told=True)
    staged.task("one", TEXTS)
    staged.task("two", TEXTS)
    assert Run(staged).format.loads == [("model", "classifier"), ("model", "classifier")]

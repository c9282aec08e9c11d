from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from submissions.validation.submission_yaml import parse_declaration
from tests.examples.conftest import made, run_example
from tests.sandbox.runner.real_runs import run_staged
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner

TrainFile = Callable[[Callable[[int], object]], Path]
TESTS = [f"W{number} w{number}" for number in range(50)]


def _low_or_high(word: int) -> str:
    return "low" if word < 25 else "high"


def test_its_own_code_predicts_what_it_learned(tmp_path: Path, train_file: TrainFile) -> None:
    staged = Staged(tmp_path / "run", format="python")
    done = run_example(
        *("train_hashed_words.py", "--train", train_file(_low_or_high)),
        *("--labels", "low,high", "--out", staged.own("own")),
    )
    made(done)
    assert "accuracy" in done.stdout
    staged.task("own", TESTS, labels=["low", "high"])
    run_staged(staged)
    result = staged.result("own")
    assert result.report["status"] == "ok", result.report
    right = [result.rows[f"r{word}"]["label"] == _low_or_high(word) for word in range(50)]
    assert sum(right) > 40
    declared = parse_declaration((staged.model / "submission.yaml").read_bytes())
    assert declared.format == "python"


def test_a_value_is_learned(tmp_path: Path, train_file: TrainFile) -> None:
    staged = Staged(tmp_path / "run", format="python")
    train = train_file(lambda word: 100.0 + (1.0 if word < 25 else -1.0))
    made(
        run_example(
            *("train_hashed_words.py", "--train", train),
            *("--task-kind", "text_regression", "--out", staged.own("own")),
        )
    )
    staged.task("own", TESTS, kind="text_regression", labels=[])
    run_staged(staged)
    values = [staged.result("own").rows[f"r{word}"]["value"] for word in range(50)]
    assert 97 < min(values) < max(values) < 103
    assert sum(values[:25]) > sum(values[25:])


def test_it_says_that_it_was_trained_for_another_task(
    tmp_path: Path, train_file: TrainFile
) -> None:
    staged = Staged(tmp_path / "run", format="python")
    made(
        run_example(
            *("train_hashed_words.py", "--train", train_file(_low_or_high)),
            *("--labels", "low,high", "--out", staged.model),
        )
    )
    staged.task("other", TESTS, labels=["high", "low"])
    run_staged(staged)
    report = staged.result("other").report
    assert report["error_code"] == "bad_code"
    assert "trained for the labels ('low', 'high')" in report["message"]


@pytest.mark.bubblewrap
def test_the_folder_passes_the_dry_run(
    tmp_path: Path, train_file: TrainFile, settings: Any
) -> None:
    settings.WORK_DIR = tmp_path / "work"
    made(
        run_example(
            *("train_hashed_words.py", "--train", train_file(_low_or_high)),
            *("--labels", "low,high", "--out", tmp_path / "out"),
        )
    )
    said = io.StringIO()
    options = ("--labels", "low,high", "--backend", "bubblewrap")
    call_command("dry_run", str(tmp_path / "out"), *options, stdout=said)
    assert "Task sample: ok" in said.getvalue()

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from submissions.validation.submission_yaml import parse_declaration
from tests.examples.conftest import Done, made, run_example
from tests.sandbox.runner.real_runs import run_staged
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner

TrainFile = Callable[[Callable[[int], object]], Path]
TESTS = [f"w{number} w5 w40" for number in range(50)]


def _finetune(base: Path, train: Path, out: Path, *arguments: str) -> Done:
    return run_example(
        *("train_text.py", "--base", base, "--train", train, "--out", out),
        *("--epochs", "30", "--learning-rate", "0.01", "--batch-tokens", "200", "--threads", "1"),
        *arguments,
    )


def _predict(staged: Staged, kind: str, labels: list[str]) -> dict[str, dict[str, Any]]:
    staged.task("own", TESTS, kind=kind, labels=labels)
    run_staged(staged)
    result = staged.result("own")
    assert result.report["status"] == "ok", result.report
    return result.rows


def test_a_classifier_learns_and_its_labels_are_found(
    tmp_path: Path, tiny_encoder: Path, train_file: TrainFile
) -> None:
    staged = Staged(tmp_path / "run")
    shutil.copytree(tiny_encoder, staged.model, dirs_exist_ok=True)
    train = train_file(lambda word: "low" if word < 25 else "high")
    done = _finetune(
        staged.model,
        train,
        staged.own("own"),
        *("--task-kind", "text_classification", "--labels", "low,high"),
    )
    made(done)
    assert "accuracy" in done.stdout
    rows = _predict(staged, "text_classification", ["high", "low"])
    right = [rows[f"r{word}"]["label"] == ("low" if word < 25 else "high") for word in range(50)]
    assert sum(right) > 40
    declared = parse_declaration((staged.model / "submission.yaml").read_bytes())
    assert "for own" in declared.description


def test_a_value_is_learned(tmp_path: Path, tiny_encoder: Path, train_file: TrainFile) -> None:
    staged = Staged(tmp_path / "run")
    train = train_file(lambda word: 100.0 + (1.0 if word < 25 else -1.0))
    made(_finetune(tiny_encoder, train, staged.own("own"), "--task-kind", "text_regression"))
    rows = _predict(staged, "text_regression", [])
    values = [rows[f"r{word}"]["value"] for word in range(50)]
    assert min(values) > 97
    assert max(values) < 103
    assert sum(values[:25]) > sum(values[25:])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--task-kind", "text_classification"), "two or more labels"),
        (("--task-kind", "text_regression", "--labels", "a,b"), "none for text_regression"),
        (("--task-kind", "text_classification", "--labels", "a,b"), "line 1"),
    ],
)
def test_a_train_split_that_does_not_fit_is_refused(
    tmp_path: Path,
    tiny_encoder: Path,
    train_file: TrainFile,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    train = train_file(lambda word: "other")
    done = _finetune(tiny_encoder, train, tmp_path / "out", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert not (tmp_path / "out").exists()

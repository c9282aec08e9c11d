from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from submissions.validation.formats import recognise
from submissions.validation.submission_yaml import parse_declaration
from tests.examples.conftest import EXAMPLES, made, run_example
from tests.sandbox.runner.real_runs import run_python, run_staged
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner

CHECK = Path(__file__).resolve().parent / "check_transformer_xl.py"
TEXTS = [f"w{number} w{7 * number % 50} w1" for number in range(0, 50, 5)]
LONG = " ".join(["w3"] * 200)


@pytest.fixture(scope="module")
def facts() -> dict[str, float]:
    done = run_python(CHECK, paths=[EXAMPLES / "transformer_xl"])
    made(done)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def test_segments_with_memory_say_what_one_segment_says(facts: dict[str, float]) -> None:
    """Only right distances and an unbroken memory make them equal."""
    assert facts["recurrent"] < 1e-4


def test_a_token_sees_nothing_behind_it(facts: dict[str, float]) -> None:
    assert facts["later"] < 1e-5
    assert facts["padded"] < 1e-5


def test_a_short_memory_forgets(facts: dict[str, float]) -> None:
    assert facts["first"] < 1e-5
    assert facts["forgetful"] > 1e-2


def _trained(out: Path, train: Path, kind: str, *options: str) -> None:
    made(
        run_example(
            "train_transformer_xl.py",
            *("--train", train, "--task-kind", kind, "--out", out, "--minutes", "0.3"),
            *("--threads", "1", "--vocabulary", "320", "--width", "32", *options),
        )
    )
    names = [path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()]
    (folder,) = recognise(names, task_slugs=["own"], allowed_formats=["torch"])
    assert folder.format == "torch"
    assert parse_declaration((out / "submission.yaml").read_bytes()).format == "torch"


@pytest.mark.slow
def test_it_learns_to_name_a_class(
    train_file: Callable[[Callable[[int], object]], Path], tmp_path: Path
) -> None:
    train = train_file(lambda first: "high" if first >= 25 else "low")
    staged = Staged(tmp_path / "run", format="torch")
    _trained(staged.model, train, "text_classification", "--labels", "low,high")
    staged.task("own", [*TEXTS, LONG, ""], labels=["high", "low"])
    run_staged(staged)
    result = staged.result("own")
    assert result.report["status"] == "ok", result.report
    found = [result.rows[f"r{number}"]["label"] for number in range(len(TEXTS))]
    right = ["high" if int(text.split()[0][1:]) >= 25 else "low" for text in TEXTS]
    assert sum(map(str.__eq__, found, right)) >= 8


@pytest.mark.slow
def test_it_learns_to_go_on(
    train_file: Callable[[Callable[[int], object]], Path], tmp_path: Path
) -> None:
    train = train_file(lambda first: ["good day" if first % 2 else "good night", "hello"])
    staged = Staged(tmp_path / "run", format="torch")
    _trained(staged.model, train, "text_generation")
    settings = {"max_new_tokens": 8}
    staged.task("own", [*TEXTS, LONG], kind="text_generation", labels=[], settings=settings)
    run_staged(staged)
    result = staged.result("own")
    assert result.report["status"] == "ok", result.report
    found = {result.rows[f"r{number}"]["text"] for number in range(len(TEXTS))}
    assert found <= {"good day", "good night"}


@pytest.mark.slow
def test_weights_for_one_kind_are_refused_for_another(
    train_file: Callable[[Callable[[int], object]], Path], tmp_path: Path
) -> None:
    staged = Staged(tmp_path / "run", format="torch")
    _trained(staged.model, train_file(lambda first: "night"), "text_generation")
    staged.task("own", TEXTS)
    run_staged(staged)
    report = staged.result("own").report
    assert report["error_code"] == "bad_code"
    assert "trained for texts, not for text_classification" in report["message"]


def test_wrong_rows_are_named(tmp_path: Path) -> None:
    train = tmp_path / "train.jsonl"
    train.write_text('{"input": {"text": "a"}, "label": "other"}\n')
    done = run_example(
        "train_transformer_xl.py",
        *("--train", train, "--task-kind", "text_classification", "--labels", "low,high"),
        *("--out", tmp_path / "out"),
    )
    assert done.returncode == 2
    assert "line 1: not a train row of this kind" in done.stderr

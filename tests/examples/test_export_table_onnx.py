from __future__ import annotations

import random
from pathlib import Path

import pytest

from demo.splits import Example
from tests.examples.conftest import made, run_example
from tests.examples.test_train_image import LABELS, halves
from tests.examples.trial import Trial
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner


def plants(count: int, kind: str) -> list[Example]:
    """A plant's weight follows from its height; the year says nothing, and the age is unknown."""
    rng = random.Random(0)
    found = []
    for _ in range(count):
        height = rng.uniform(100, 300)
        features = {"year": rng.randint(1900, 2000), "height": height, "age": None}
        large = "large" if height > 200 else "small"
        label = large if kind == "tabular_classification" else 5 * height + 1000
        found.append(Example(input={"features": features}, label=label, keys=(str(height),)))
    return found


@pytest.mark.parametrize(
    ("kind", "metric", "classes"),
    [
        ("tabular_classification", "accuracy", ("small", "large")),
        ("tabular_regression", "r2", ()),
    ],
)
def test_a_graph_of_a_table_learns(
    kind: str, metric: str, classes: tuple[str, ...], tmp_path: Path
) -> None:
    trial = Trial(kind=kind, metric=metric, examples=plants(240, kind), classes=classes)
    staged = Staged(tmp_path / "run", format="onnx")
    labels = ("--labels", "large,small") if classes else ()
    made(
        run_example(
            *("export_table_onnx.py", "--train", trial.write_train(tmp_path)),
            *("--task-kind", kind, *labels, "--out", staged.model, "--threads", "1"),
        )
    )
    assert trial.score(staged) > 0.9


def test_a_graph_of_images_learns(tmp_path: Path) -> None:
    trial = halves(200)
    staged = Staged(tmp_path / "run", format="onnx")
    train = trial.write_train(tmp_path)
    made(
        run_example(
            *("export_table_onnx.py", "--train", train, "--files", tmp_path / "files"),
            *("--task-kind", "image_classification", "--labels", ",".join(LABELS)),
            *("--out", staged.model, "--threads", "1"),
        )
    )
    assert trial.score(staged) > 0.9


def test_a_column_of_texts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text('{"input": {"features": {"a": "red"}}, "label": 1}\n')
    done = run_example(
        *("export_table_onnx.py", "--train", tmp_path / "train.jsonl"),
        *("--task-kind", "tabular_regression", "--out", tmp_path / "out"),
    )
    assert done.returncode == 2
    assert "a column of texts" in done.stderr

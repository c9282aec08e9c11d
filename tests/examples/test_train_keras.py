from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command

from competitions.kinds.sample_images import png
from submissions.validation.submission_yaml import parse_declaration
from tests.examples.conftest import made, run_example
from tests.parts import TENSORFLOW_PYTHON
from tests.sandbox.runner.real_runs import run_staged
from tests.sandbox.runner.staging import Staged

pytestmark = [pytest.mark.tensorflow, pytest.mark.slow]

WAYS = ([], ["--saved-model"])
LABELS = ["small", "large"]


def tables(count: int) -> list[dict[str, Any]]:
    """Plants whose size follows from their height, unless they grow on rocks."""
    rng = random.Random(0)
    return [
        {
            "height": rng.uniform(0, 200),
            "ground": rng.choice(["rock", "sand", "soil"]),
            "age": rng.choice([None, rng.uniform(0, 9)]),
        }
        for _ in range(count)
    ]


def size(table: dict[str, Any]) -> str:
    return "large" if table["height"] > 100 and table["ground"] != "rock" else "small"


def pictures(count: int) -> list[bytes]:
    """Grey noise with a bright left (even numbers) or right half."""
    rng = np.random.default_rng(0)
    found = []
    for number in range(count):
        pixels = rng.integers(0, 120, (8, 8, 3), dtype=np.uint8)
        half = slice(0, 4) if number % 2 == 0 else slice(4, 8)
        pixels[:, half] += 100
        found.append(png(8, 8, pixels.tobytes(), colour=2))
    return found


def write(path: Path, inputs: Sequence[Any], labels: Sequence[Any]) -> Path:
    rows = zip(inputs, labels, strict=True)
    lines = [
        json.dumps({"id": str(n), "input": one, "label": y}) for n, (one, y) in enumerate(rows)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def train(train_file: Path, kind: str, out: Path, *more: str) -> None:
    arguments = ["--train", train_file, "--task-kind", kind, "--out", out, *more]
    made(run_example("train_keras.py", *arguments, python=TENSORFLOW_PYTHON))


def test_a_model_of_tables_learns_and_both_ways_of_saving_answer_alike(tmp_path: Path) -> None:
    known, new = tables(300)[:200], tables(300)[200:]
    inputs = [{"features": table} for table in known]
    rows = write(tmp_path / "train.jsonl", inputs, list(map(size, known)))
    probs = []
    for way in WAYS:
        staged = Staged(tmp_path / f"run{len(way)}", format="tensorflow")
        train(rows, "tabular_classification", staged.model, "--labels", ",".join(LABELS), *way)
        # What was never seen takes the place of what is unknown.
        odd = [{"height": 150, "ground": "ice", "smell": "good"}, {}]
        kind = "tabular_classification"
        staged.tables("plants", [*new, *odd], kind=kind, labels=LABELS)
        run_staged(staged)
        result = staged.result("plants")
        assert result.report["status"] == "ok", result.report
        answers = [result.rows[f"r{number}"] for number in range(len(new) + 2)]
        right = [row["label"] == size(table) for row, table in zip(answers, new, strict=False)]
        assert np.mean(right) > 0.9
        probs.append([row["probs"] for row in answers])
        declared = parse_declaration((staged.model / "submission.yaml").read_bytes())
        assert declared.format == "tensorflow"
    assert np.allclose(probs[0], probs[1], atol=1e-5)


def test_a_model_of_images_learns_and_both_ways_of_saving_answer_alike(tmp_path: Path) -> None:
    images = {f"{number}.png": content for number, content in enumerate(pictures(100))}
    (tmp_path / "files").mkdir()
    for name, content in images.items():
        (tmp_path / "files" / name).write_bytes(content)
    sides = ["left", "right"]
    truth = [sides[number % 2] for number in range(100)]
    rows = write(tmp_path / "train.jsonl", [{"image": name} for name in images], truth)
    probs = []
    for way in WAYS:
        staged = Staged(tmp_path / f"run{len(way)}", format="tensorflow")
        train(rows, "image_classification", staged.model, "--labels", ",".join(sides), *way)
        staged.images("sides", images, kind="image_classification", labels=sides)
        run_staged(staged)
        result = staged.result("sides")
        assert result.report["status"] == "ok", result.report
        answers = [result.rows[f"r{number}"] for number in range(100)]
        assert [row["label"] for row in answers] == truth
        probs.append([row["probs"] for row in answers])
    assert np.allclose(probs[0], probs[1], atol=1e-5)


def test_a_regression_is_in_the_unit_of_its_values(tmp_path: Path) -> None:
    known = tables(100)
    values = [1000 + table["height"] for table in known]
    rows = write(tmp_path / "train.jsonl", [{"features": table} for table in known], values)
    staged = Staged(tmp_path / "run", format="tensorflow")
    train(rows, "tabular_regression", staged.model, "--saved-model")
    staged.tables("plants", known, kind="tabular_regression", labels=[])
    run_staged(staged)
    found = [staged.result("plants").rows[f"r{number}"]["value"] for number in range(100)]
    assert np.corrcoef(found, values)[0, 1] > 0.95
    assert 1000 < min(found) < max(found) < 1250


@pytest.mark.bubblewrap
def test_a_second_start_replaces_the_model_and_the_gate_takes_it(
    tmp_path: Path, settings: Any
) -> None:
    settings.WORK_DIR, settings.TENSORFLOW_PYTHON = tmp_path / "work", TENSORFLOW_PYTHON
    known = tables(60)
    inputs = [{"features": table} for table in known]
    rows = write(tmp_path / "train.jsonl", inputs, list(map(size, known)))
    kind, labels = "tabular_classification", ",".join(LABELS)
    for way in (["--saved-model"], []):
        train(rows, kind, tmp_path / "model", "--labels", labels, "--minutes", "0.01", *way)
        call_command(
            *("dry_run", str(tmp_path / "model"), "--kind", kind, "--labels", labels),
            *("--inputs", str(rows), "--backend", "bubblewrap"),
        )


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("{}\n", ["--labels", "a,b"], "not a train split of this kind"),
        ('{"input": {"features": {"x": 1}}, "label": "c"}\n', ["--labels", "a,b"], "not a train"),
        ('{"input": {"features": {"x": 1}}, "label": "a"}\n', ["--labels", "a,b"], "20 are needed"),
        ("{}\n", [], "--labels must name"),
    ],
)
def test_what_can_not_be_trained_on_is_refused(
    text: str, more: list[str], said: str, tmp_path: Path
) -> None:
    (tmp_path / "train.jsonl").write_text(text)
    arguments = ["--train", tmp_path / "train.jsonl", "--out", tmp_path / "out", *more]
    done = run_example(
        *("train_keras.py", "--task-kind", "tabular_classification", *arguments),
        python=TENSORFLOW_PYTHON,
    )
    assert done.returncode == 2
    assert said in done.stderr

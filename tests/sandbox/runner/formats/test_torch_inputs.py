"""The real runner on modules of PyTorch for images and tables, good and bad, in one run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from competitions.kinds.sample_images import png

from ..real_runs import run_python, run_staged
from ..staging import Staged

pytestmark = pytest.mark.runner

HERE = Path(__file__).resolve().parent.parent
CLASSES = ["red", "green", "blue"]
RNG = np.random.default_rng(0)
FILES = {
    f"{number}.png": png(16, 16, RNG.integers(0, 256, 768, dtype=np.uint8).tobytes(), colour=2)
    for number in range(5)
}
HEADS = {
    "vgg-script": "vgg",
    "vgg-export": "vgg",
    "resnet-script": "resnet",
    "resnet-export": "resnet",
    "resnet-hub": "resnet",
    "masked": "masked",
}
FAILURES = {
    "named-inputs": ("bad_model", "“inputs” must list what model.pt is called with, in order"),
    "two-inputs": ("bad_model", "model.pt fails on pixel_values and pixel_mask of the shape"),
    "any-size": (
        "bad_model",
        "of the shape (1, 3, 48, 64); batches may have any size, images every size that",
    ),
    "tokens": ("unsupported_architecture", "takes input_ids, the task has images"),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("modules")
    (out / "images").mkdir()
    for name, content in FILES.items():
        (out / "images" / name).write_bytes(content)
    made = run_python(HERE / "tiny_torch_inputs.py", out)
    assert made.returncode == 0, made.stderr
    return out


@pytest.fixture(scope="module")
def expected(models: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((models / "expected.json").read_text())
    return found


@pytest.fixture(scope="module")
def run(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    staged = Staged(tmp_path_factory.mktemp("torch") / "run", format="torch")

    def add(name: str, kind: str, **config: Any) -> None:
        shutil.copytree(models / name, staged.own(name), dirs_exist_ok=True)
        staged.images(name, FILES, kind=kind, labels=CLASSES, **config)

    for name in (*HEADS, *FAILURES):
        add(name, "image_classification")
    add("maps-script", "image_classification", track="probe")
    add("boxes", "object_detection")
    shutil.copytree(models / "table", staged.own("table"), dirs_exist_ok=True)
    staged.tables("table", [{"a": 1, "b": 2}, {"b": -1}], kind="tabular_classification")
    run_staged(staged)
    return staged


def _rows(run: Staged, slug: str) -> dict[str, dict[str, Any]]:
    result = run.result(slug)
    assert result.report["status"] == "ok", result.report
    return result.rows


def _softmax(numbers: list[float]) -> list[float]:
    powers = np.exp(numbers)
    found: list[float] = (powers / powers.sum()).tolist()
    return found


@pytest.mark.parametrize("name", HEADS)
def test_each_way_of_saving_gives_the_network_s_own_classes(
    run: Staged, expected: dict[str, dict[str, Any]], name: str
) -> None:
    rows = _rows(run, name)
    for number, said in enumerate(expected.values()):
        assert rows[f"r{number}"]["probs"] == pytest.approx(_softmax(said[HEADS[name]]), abs=1e-5)


def test_maps_are_averaged_over_their_places(
    run: Staged, expected: dict[str, dict[str, Any]]
) -> None:
    rows = _rows(run, "maps-script")
    for number, said in enumerate(expected.values()):
        assert rows[f"t{number}"]["embedding"] == pytest.approx(said["maps"], rel=1e-3, abs=1e-5)


def test_several_outputs_go_by_their_places(
    run: Staged, expected: dict[str, dict[str, Any]]
) -> None:
    rows = _rows(run, "boxes")
    for number, said in enumerate(expected.values()):
        row = rows[f"r{number}"]
        assert row["labels"] == ["blue", "red"]
        assert row["boxes"] == [[1, 2, 3, 4], [5, 6, 7, 8]]
        assert row["scores"] == pytest.approx([said["bright"], said["bright"] / 2], rel=1e-4)


def test_a_module_reads_the_columns_of_a_table(run: Staged) -> None:
    rows = _rows(run, "table")
    assert rows["r0"]["probs"] == pytest.approx(_softmax([1, 2]), abs=1e-5)
    assert rows["r1"]["probs"] == pytest.approx(_softmax([0, -1]), abs=1e-5)


@pytest.mark.parametrize("name", FAILURES)
def test_a_wrong_declaration_is_named(run: Staged, name: str) -> None:
    code, said = FAILURES[name]
    report = run.result(name).report
    assert report["error_code"] == code, report["message"]
    assert said in report["message"]

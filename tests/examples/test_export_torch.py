from __future__ import annotations

import json
from pathlib import Path

import pytest

from submissions.validation.submission_yaml import parse_declaration
from tests.examples.conftest import TINY_MODELS, made, run_example
from tests.sandbox.runner.real_runs import run_python, run_staged
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner

TEXTS = ["w1", "w2 w3 w4", "", " ".join(["w5"] * 60)]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bases")
    made(run_python(TINY_MODELS, out, "headed", "own-pooling"))
    return out


def _answers(staged: Staged, **config: object) -> dict[str, list[float]]:
    staged.task("own", TEXTS, **config)
    run_staged(staged)
    result = staged.result("own")
    assert result.report["status"] == "ok", result.report
    assert result.report["truncated_rows"] == 1
    return {name: row.get("probs") or row["embedding"] for name, row in result.rows.items()}


@pytest.mark.parametrize(
    ("base", "config"),
    [
        ("headed", {}),
        ("own-pooling", {"train": ["w9"], "pooling": "model"}),
    ],
)
def test_the_program_answers_as_the_model_does(
    models: Path, tmp_path: Path, base: str, config: dict[str, object]
) -> None:
    original = Staged(tmp_path / "original")
    for path in (models / base).rglob("*"):
        target = original.model / path.relative_to(models / base)
        target.mkdir() if path.is_dir() else target.write_bytes(path.read_bytes())
    exported = Staged(tmp_path / "exported", format="torch")
    made(run_example("export_torch.py", "--base", models / base, "--out", exported.model))
    expected = _answers(original, **config)
    found = _answers(exported, **config)
    assert found.keys() == expected.keys()
    for name, numbers in expected.items():
        assert found[name] == pytest.approx(numbers, abs=1e-5)
    declared = parse_declaration((exported.model / "submission.yaml").read_bytes())
    assert declared.format == "torch"


def test_a_head_s_labels_are_written(models: Path, tmp_path: Path) -> None:
    made(run_example("export_torch.py", "--base", models / "headed", "--out", tmp_path))
    assert json.loads((tmp_path / "labels.json").read_text()) == ["positive", "negative"]


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    done = run_example("export_torch.py", "--base", tmp_path, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "holds no config.json" in done.stderr

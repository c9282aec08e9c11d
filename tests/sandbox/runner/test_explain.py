"""The real runner explains answers to public rows by integrated gradients, and only those."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sandbox.runner.explain import MOST_ROWS

from .real_runs import run_python, run_staged
from .staging import Staged

pytestmark = pytest.mark.runner

HERE = Path(__file__).resolve().parent
TEXTS = [f"w1 w2 w{number}" for number in range(10)]
HEADS = ("headed", "gpt2", "roberta-value")


def _staged(root: Path, models: Path, **settings: Any) -> Staged:
    staged = Staged(root, settings=settings)
    shutil.copytree(models / "encoder", staged.model, dirs_exist_ok=True)
    for name in HEADS:
        kind = "text_regression" if name == "roberta-value" else "text_classification"
        shutil.copytree(models / name, staged.own(name), dirs_exist_ok=True)
        staged.task(name, TEXTS, kind=kind)
    staged.task("probe", TEXTS, train=TEXTS)
    run_staged(staged)
    return staged


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models")
    made = run_python(HERE / "tiny_models.py", out)
    assert made.returncode == 0, made.stderr
    return out


@pytest.fixture(scope="module")
def rehearsed(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    return _staged(tmp_path_factory.mktemp("explain") / "run", models, rehearsal=True)


@pytest.mark.parametrize("name", HEADS)
def test_the_pieces_of_a_text_have_a_score_each(rehearsed: Staged, name: str) -> None:
    assert rehearsed.result(name).report["status"] == "ok"
    found = json.loads((rehearsed.out_dir / name / "explanations.json").read_text())
    assert len(found) == MOST_ROWS
    for each in found:
        assert len(each["grid"]) == 1
        assert len(each["grid"][0]) == len(each["tokens"]) >= 3
        assert "w1" in " ".join(each["tokens"])
        assert max(abs(score) for score in each["grid"][0]) == pytest.approx(1)


def test_nothing_else_is_explained(rehearsed: Staged, models: Path, tmp_path: Path) -> None:
    assert not (rehearsed.out_dir / "probe" / "explanations.json").exists()
    plain = _staged(tmp_path / "run", models)
    assert not list(plain.out_dir.rglob("explanations.json"))

"""A new kind is one new file, and so is a new metric: nothing else has to name them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = (
    *("accounts", "common", "competitions", "config"),
    *("publications", "sandbox", "scoring", "submissions"),
)
KIND = """
from dataclasses import replace

from competitions.kinds.text_classification import KIND as TEXTS

KIND = replace(TEXTS, slug="question_type", title="Types of questions")
"""
METRIC = """
from competitions.kinds.metric_facts import error
from competitions.kinds.shapes import Shape
from scoring.metrics.accuracy import Accuracy


class ErrorRate(Accuracy):
    facts = error(
        "error_rate",
        "Error rate",
        "The share of rows answered wrong.",
        shapes=(Shape.CLASS,),
        reference="scikit-learn zero_one_loss",
        high=1.0,
    )

    def formula(self, sums):
        return 1 - super().formula(sums)


METRIC = ErrorRate()
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the platform's packages."""
    for name in PARTS:
        ignored = shutil.ignore_patterns("__pycache__", "static")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "manage.py", tmp_path)
    return tmp_path


def test_one_file_adds_a_kind_and_one_file_a_metric(house: Path) -> None:
    (house / "competitions" / "kinds" / "question_type.py").write_text(KIND)
    (house / "scoring" / "metrics" / "error_rate.py").write_text(METRIC)
    done = subprocess.run(
        [sys.executable, "manage.py", "catalog", "--json"],
        cwd=house,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    (kind,) = [each for each in found["kinds"] if each["slug"] == "question_type"]
    assert "error_rate" in kind["metrics"]
    (metric,) = [each for each in found["metrics"] if each["name"] == "error_rate"]
    assert {"question_type", "text_classification"} <= {*metric["kinds"]}

"""Starts the example scripts as a participant does, and runs what they made."""

from __future__ import annotations

import json
import random
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.parts import ROOT, RUNNER_PYTHON
from tests.sandbox.runner.real_runs import run_python

EXAMPLES = ROOT / "examples"
TINY_MODELS = ROOT / "tests" / "sandbox" / "runner" / "tiny_models.py"
Done = subprocess.CompletedProcess[str]


def run_example(script: str, *arguments: str | Path, python: Path = RUNNER_PYTHON) -> Done:
    packages = [ROOT / "var" / "env" / "examples"]
    return run_python(EXAMPLES / script, *arguments, paths=packages, python=python)


def made(done: Done) -> None:
    """The script must have ended well."""
    assert done.returncode == 0, done.stdout + done.stderr


def write_wheel(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
    return path


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT encoder of a few kilobytes, whose words are w0 to w49."""
    out = tmp_path_factory.mktemp("tiny")
    made(run_python(TINY_MODELS, out, "encoder"))
    return out / "encoder"


@pytest.fixture
def train_file(tmp_path: Path) -> Callable[[Callable[[int], object]], Path]:
    """Writes a train split whose label follows from the number n of the text's first word wn."""

    def write(label: Callable[[int], object]) -> Path:
        rng = random.Random(0)
        lines = []
        for number in range(200):
            words = [rng.randrange(50) for _ in range(3)]
            text = " ".join(f"w{word}" for word in words)
            row = {"id": str(number), "input": {"text": text}, "label": label(words[0])}
            lines.append(json.dumps(row) + "\n")
        path = tmp_path / "train.jsonl"
        path.write_text("".join(lines))
        return path

    return write

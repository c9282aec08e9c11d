"""Builds the entries' folders with the example scripts, once for each content of their inputs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from demo import packages
from demo.entries import Entry
from demo.paths import (
    DOWNLOADS,
    EXAMPLES,
    EXAMPLES_PACKAGES,
    RUNNER_PYTHON,
    TENSORFLOW_PYTHON,
)
from demo.processes import Child, Children

KEY_LENGTH = 12
PACKAGES = {"minilm": packages.MINILM, "wordllama": packages.WORDLLAMA}
WITH_TENSORFLOW = ("train_keras.py",)
SCRIPT_ENVIRON = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONUNBUFFERED": "1",
    # Threads that wait must not spin: an entry is run by the worker while the next is trained,
    # and spinning made training on shared cores up to eight times slower.
    "OMP_WAIT_POLICY": "PASSIVE",
}

Watch = Callable[[Child], None]


def build(entry: Entry, children: Children, watch: Watch, *, folder: Path, data: Path) -> Path:
    """Return the entry's submission folder below ``folder``, made anew where its inputs, such as
    the prepared ``data``, have changed.

    ``watch`` is called with each running script, whose log's last line is its progress.

    Raises:
        ChildDied: a script failed.
        PackageError: a package can't be had.
    """
    inputs = _inputs(entry, data)
    target = folder / f"{entry.participant}-{key_of(entry, inputs)}"
    if target.is_dir():
        return target
    scratch = folder / f".part-{entry.participant}"
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / "out").mkdir(parents=True)
    places = {**inputs, "data": data, "out": scratch / "out", "scratch": scratch}
    for number, call in enumerate(entry.calls, start=1):
        script, *arguments = (part.format(**places) for part in call)
        name = f"model-{entry.participant}-{number}"
        command = [str(python_of(script)), str(EXAMPLES / script), *arguments]
        child = children.start(name, command, _environ())
        watch(child)
        children.finish(child)
    _keep(scratch, target)
    return target


def python_of(script: str) -> Path:
    """Return the interpreter of the environment that has the script's library."""
    return TENSORFLOW_PYTHON if script in WITH_TENSORFLOW else RUNNER_PYTHON


def key_of(entry: Entry, inputs: Mapping[str, Path]) -> str:
    """Hash what decides the result: the calls, every example script, the inputs' content."""
    parts = {
        "calls": entry.calls,
        "scripts": {path.name: packages.sha256_of(path) for path in EXAMPLES.rglob("*.py")},
        "inputs": {name: _content(path) for name, path in inputs.items()},
    }
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]


def _inputs(entry: Entry, data: Path) -> dict[str, Path]:
    return {
        name: data if name == "data" else packages.fetch(PACKAGES[name], DOWNLOADS)
        for name in entry.inputs
    }


def _content(path: Path) -> str:
    return packages.sha256_of(path / "manifest.json" if path.is_dir() else path)


def _environ() -> dict[str, str]:
    return {**os.environ, **SCRIPT_ENVIRON, "PYTHONPATH": str(EXAMPLES_PACKAGES)}


def _keep(scratch: Path, target: Path) -> None:
    """Move the finished folder to its place and forget what earlier inputs gave."""
    participant = target.name.rpartition("-")[0]
    for earlier in target.parent.glob(f"{participant}-*"):
        shutil.rmtree(earlier)
    (scratch / "out").rename(target)
    shutil.rmtree(scratch)

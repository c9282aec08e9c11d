"""A model of every format, trained or exported by the examples, sent by submit.py and scored."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from competitions.format_facts import FORMATS
from tests.e2e.small_tasks import LABELS, PLANTS, WORDS
from tests.e2e.stack import Stack, running_stack
from tests.examples.conftest import EXAMPLES, made, run_example
from tests.parts import RUNNER_PYTHON, TENSORFLOW_PYTHON

pytestmark = [
    pytest.mark.slow,
    pytest.mark.runner,
    pytest.mark.tensorflow,
    pytest.mark.bubblewrap,
]

PACED = ("--threads", "1", "--minutes", "1")
# Format: the competition it enters, and the calls that make its folder.
ROADS: dict[str, tuple[str, list[tuple[str, ...]]]] = {
    "transformers": (
        WORDS,
        [
            (
                *("train_text.py", "--architecture", "bert", "--task-kind", "text_classification"),
                *("--train", "{train}", "--labels", "{labels}", "--out", "{out}"),
                *("--epochs", "12", "--learning-rate", "3e-3", "--vocabulary", "200", *PACED),
            )
        ],
    ),
    "torch": (WORDS, [("export_torch.py", "--base", "{transformers}", "--out", "{out}")]),
    "onnx": (
        PLANTS,
        [
            (
                *("export_table_onnx.py", "--task-kind", "tabular_classification"),
                *("--train", "{train}", "--labels", "{labels}", "--out", "{out}", *PACED),
            )
        ],
    ),
    "tensorflow": (
        PLANTS,
        [
            (
                *("train_keras.py", "--task-kind", "tabular_classification", "--saved-model"),
                *("--train", "{train}", "--labels", "{labels}", "--out", "{out}"),
                *("--minutes", "0.5"),
            )
        ],
    ),
    "python": (
        PLANTS,
        [("store_neighbours.py", "--rows", PLANTS, "{train}", "--out", "{out}")],
    ),
}
CHANCE = 75.0
"""Points that one class for all does not reach: two thirds of the plants are small."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("road")
    with running_stack(folder / "stack", backend="bubblewrap") as running:
        code = f"from tests.e2e.small_tasks import prepare; prepare({str(folder)!r})"
        running.extra["token"] = running.manage("shell", "-c", code).split()[-1]
        running.extra["folder"] = folder
        yield running


def _trained(name: str, folder: Path) -> Path:
    slug, calls = ROADS[name]
    out = folder / name
    places = {"train": folder / f"{slug}.jsonl", "labels": ",".join(LABELS[slug]), "out": out}
    python = TENSORFLOW_PYTHON if name == "tensorflow" else RUNNER_PYTHON
    for script, *parts in calls:
        told = [part.format(**places, transformers=folder / "transformers") for part in parts]
        made(run_example(script, *told, python=python))
    return out


@pytest.mark.parametrize("name", ROADS)
def test_a_model_of_the_examples_is_sent_and_gets_its_points(stack: Stack, name: str) -> None:
    folder = Path(str(stack.extra["folder"]))
    if name == "torch" and not (folder / "transformers").is_dir():
        _trained("transformers", folder)
    model = _trained(name, folder)
    command = [sys.executable, EXAMPLES / "submit.py", "--site", stack.url]
    done = subprocess.run(
        [*command, "--competition", ROADS[name][0], "--folder", model],
        env={"PATH": os.environ["PATH"], "PODIUM_TOKEN": str(stack.extra["token"])},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.startswith("score: ")
    assert float(last.removeprefix("score: ")) > CHANCE


def test_every_format_has_a_road() -> None:
    assert ROADS.keys() == FORMATS.keys()

"""The real runner gives the same predictions in every sandbox as outside of one."""

import json
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sandbox.environments import TENSORFLOW, TORCH
from sandbox.spec import Limits, Outcome, RunResult, RunSpec
from tests.parts import ROOT, TENSORFLOW_PYTHON
from tests.sandbox.lab import MIB, open_up, provable_backend
from tests.sandbox.runner.formats import onnx_writer
from tests.sandbox.runner.formats.test_onnx import tokenizer
from tests.sandbox.runner.real_runs import run_python, run_staged
from tests.sandbox.runner.staging import Staged

pytestmark = [pytest.mark.runner, pytest.mark.slow]

TEXTS = ["w1 w2 w3", "w4", "w5 w6 w7 w8 w9", "w1 w9"]
LIMITS = Limits(
    task_seconds=200,
    total_seconds=400,
    memory_bytes=1024 * MIB,
    cpus=1.0,
    pids=128,
    output_bytes=8 * MIB,
    output_files=16,
    log_bytes=64 * 1024,
    tmp_bytes=64 * MIB,
    gpus=0,
)
BACKENDS = [
    pytest.param("bubblewrap", marks=pytest.mark.bubblewrap),
    pytest.param("docker", marks=pytest.mark.docker),
    pytest.param("docker+gvisor", marks=pytest.mark.gvisor),
]


@dataclass(frozen=True)
class Reference:
    """A staged folder, and the predictions that the bare runner made of it."""

    in_dir: Path
    predictions: dict[str, bytes]


def reference(staged: Staged, good: list[str]) -> Reference:
    run_staged(staged)
    open_up(staged.in_dir)
    return Reference(staged.in_dir, {slug: staged.result(slug).raw for slug in good})


@pytest.fixture(scope="module")
def transformers_run(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Two tasks that succeed by one model, and one whose own model lacks its head."""
    root = tmp_path_factory.mktemp("transformers")
    maker = ROOT / "tests" / "sandbox" / "runner" / "tiny_models.py"
    done = run_python(maker, root / "made", "headed", "missing-head")
    assert done.returncode == 0, done.stderr
    staged = Staged(root / "run")
    shutil.copytree(root / "made" / "headed", staged.model, dirs_exist_ok=True)
    staged.task("labels", TEXTS)
    staged.task("probe", TEXTS, train=TEXTS[:2])
    staged.task("headless", TEXTS)
    shutil.copytree(root / "made" / "missing-head", staged.own("headless"), dirs_exist_ok=True)
    return reference(staged, ["labels", "probe"])


@pytest.fixture(scope="module")
def onnx_run(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """A model of static vectors."""
    staged = Staged(tmp_path_factory.mktemp("onnx") / "run", format="onnx")
    vectors = np.random.default_rng(0).normal(size=(12, 3)).astype(np.float32)
    onnx_writer.write(staged.model / "model.onnx", onnx_writer.token_vectors(vectors))
    (staged.model / "tokenizer.json").write_text(tokenizer())
    staged.task("probe", TEXTS, train=TEXTS[:2])
    return reference(staged, ["probe"])


@pytest.fixture(scope="module")
def tensorflow_run(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """A SavedModel as Model Garden exports one, and a Keras file with a layer of its own code."""
    root = tmp_path_factory.mktemp("tensorflow")
    maker = ROOT / "tests" / "sandbox" / "runner" / "tiny_tensorflow.py"
    names = ("garden", "keras", "lambda")
    done = run_python(maker, root / "made", *names, python=TENSORFLOW_PYTHON)
    assert done.returncode == 0, done.stderr
    staged = Staged(root / "run", format="tensorflow")
    for name in names:
        staged.task(name, TEXTS)
        shutil.copytree(root / "made" / name, staged.own(name), dirs_exist_ok=True)
    return reference(staged, ["garden", "keras"])


def run(backend: str, staged: Reference, folder: Path, *, environment: str = TORCH) -> RunResult:
    tasks = json.loads((staged.in_dir / "run.json").read_text())["tasks"]
    spec = RunSpec(
        name=f"real-{folder.name}".lower().replace("_", "-")[:50] + "-x",
        input_dir=staged.in_dir,
        tasks=tuple(tasks),
        limits=LIMITS,
        environment=environment,
    )
    output = folder / "collected"
    output.mkdir()
    execute = partial(provable_backend(backend).run, spec, output_dir=output)
    return execute(on_progress=lambda step: None, should_stop=lambda: False)


@pytest.mark.parametrize("backend", BACKENDS)
def test_transformers_predict_the_same_as_outside(
    backend: str, transformers_run: Reference, tmp_path: Path
) -> None:
    result = run(backend, transformers_run, tmp_path)
    assert result.outcome is Outcome.OK, (result.reason, result.log)
    tasks = {task.task: task for task in result.tasks}
    for slug, expected in transformers_run.predictions.items():
        assert tasks[slug].outcome is Outcome.OK
        assert tasks[slug].predictions.read_bytes() == expected  # type: ignore[union-attr]
        assert tasks[slug].report["rows"] > 0
    headless = tasks["headless"]
    assert (headless.outcome, headless.error_code) == (Outcome.REFUSED, "missing_head")
    assert "classifier" in (headless.message or "")


@pytest.mark.parametrize("backend", BACKENDS)
def test_onnx_predicts_the_same_as_outside(
    backend: str, onnx_run: Reference, tmp_path: Path
) -> None:
    result = run(backend, onnx_run, tmp_path)
    assert result.outcome is Outcome.OK, (result.reason, result.log)
    (task,) = result.tasks
    assert task.predictions is not None, (task, result.log)
    assert task.predictions.read_bytes() == onnx_run.predictions["probe"]


@pytest.mark.tensorflow
@pytest.mark.parametrize("backend", BACKENDS)
def test_tensorflow_predicts_the_same_as_outside(
    backend: str, tensorflow_run: Reference, tmp_path: Path
) -> None:
    result = run(backend, tensorflow_run, tmp_path, environment=TENSORFLOW)
    assert result.outcome is Outcome.OK, (result.reason, result.log)
    tasks = {task.task: task for task in result.tasks}
    for slug, expected in tensorflow_run.predictions.items():
        assert tasks[slug].predictions is not None, (tasks[slug], result.log)
        assert tasks[slug].predictions.read_bytes() == expected  # type: ignore[union-attr]
    refused = tasks["lambda"]
    assert (refused.outcome, refused.error_code) == (Outcome.REFUSED, "bad_model")
    assert result.log == b"", "libraries are quiet"

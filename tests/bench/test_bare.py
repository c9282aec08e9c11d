"""The bare runner: no isolation, but the same watch, limits of time and reading as any sandbox."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.bare import BareBackend
from bench.programs import EMPTY, TASK
from bench.staging import stage_nothing
from sandbox.backend import BackendUnavailable
from sandbox.spec import Outcome, RunResult, RunSpec
from tests.bench.lab import QUICK, bare


def run(folder: Path, program: str, **limits: float) -> RunResult:
    output = folder / "collected"
    output.mkdir()
    spec = RunSpec(
        name="bench",
        input_dir=stage_nothing(folder / "in"),
        tasks=(TASK,),
        limits=replace(QUICK, **limits),  # type: ignore[arg-type]
    )
    return bare(folder, program).run(
        spec, output_dir=output, on_progress=lambda step: None, should_stop=lambda: False
    )


def test_a_run_leaves_its_predictions_and_nothing_else(tmp_path: Path) -> None:
    result = run(tmp_path, EMPTY)
    assert result.outcome is Outcome.OK, result
    (task,) = result.tasks
    assert task.predictions is not None
    assert task.predictions.read_text() == '{"id": "1"}\n'
    assert not list(tmp_path.glob("bare-*"))


def test_it_has_the_environment_of_a_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_SECRET_KEY", "of the platform")
    result = run(tmp_path, "import os\nprint(dict(os.environ))")
    assert b"HF_HUB_OFFLINE" in result.log
    assert b"of the platform" not in result.log


def test_a_run_that_stays_is_ended(tmp_path: Path) -> None:
    result = run(tmp_path, "import time\ntime.sleep(600)", total_seconds=0.5)
    assert result.outcome is Outcome.TIMEOUT


def test_it_declares_nothing(tmp_path: Path) -> None:
    assert bare(tmp_path, EMPTY).guarantees() == frozenset()


def test_an_absent_interpreter_is_named(tmp_path: Path) -> None:
    backend = BareBackend(
        runner_python=tmp_path / "python", runner_package=tmp_path, work_dir=tmp_path
    )
    with pytest.raises(BackendUnavailable, match="make setup"):
        backend.check()

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.conftest import made, run_example
from tests.sandbox.runner.real_runs import run_staged
from tests.sandbox.runner.staging import Staged

pytestmark = pytest.mark.runner


def test_the_task_without_head_fails_and_the_others_count(
    tmp_path: Path, tiny_encoder: Path
) -> None:
    staged = Staged(tmp_path / "run")
    made(
        run_example(
            *("broken_head.py", "--base", tiny_encoder, "--task", "headless"),
            *("--out", staged.model),
        )
    )
    staged.task("headless", ["w1", "w2"])
    staged.task("probed", ["w1", "w2"], train=["w3"])
    run_staged(staged)
    failed = staged.result("headless").report
    assert failed["error_code"] == "missing_head"
    assert "classifier.weight" in failed["message"]
    assert staged.result("probed").report["status"] == "ok"
    assert "headless" in (staged.model / "submission.yaml").read_text()


def test_a_base_without_weights_is_refused(tmp_path: Path) -> None:
    done = run_example(
        *("broken_head.py", "--base", tmp_path, "--task", "headless"),
        *("--out", tmp_path / "out"),
    )
    assert done.returncode == 2
    assert "model.safetensors" in done.stderr

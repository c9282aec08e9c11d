from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.conftest import made, run_example

pytestmark = pytest.mark.runner


def test_a_task_s_model_becomes_the_root_s(tmp_path: Path) -> None:
    base = tmp_path / "entry" / "tasks" / "first"
    base.mkdir(parents=True)
    (base / "model.onnx").write_bytes(b"graph")
    (tmp_path / "entry" / "submission.yaml").write_text("format: onnx\n")
    made(run_example("share_model.py", "--base", base, "--out", tmp_path / "entry"))
    assert (tmp_path / "entry" / "model.onnx").read_bytes() == b"graph"
    assert (tmp_path / "entry" / "submission.yaml").read_text() == "format: onnx\n"


def test_a_base_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = run_example("share_model.py", "--base", tmp_path / "no", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "there is no folder" in done.stderr

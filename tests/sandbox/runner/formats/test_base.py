from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sandbox.runner.config import TaskConfig, read_task
from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.formats.base import Outputs

from ..fakes import FakeFormat
from ..staging import Staged


class Plain(FakeFormat):
    """With the variants that a format has where it says nothing about them."""

    def variant(self, folder: Path, task: TaskConfig) -> str:
        return super(FakeFormat, self).variant(folder, task)


@pytest.mark.parametrize(
    ("modality", "alike"),
    [("text", True), ("words", True), ("sequence", True), ("image", False), ("table", False)],
)
def test_a_loaded_model_is_shared_by_tasks_that_read_alike(
    tmp_path: Path, modality: str, alike: bool
) -> None:
    staged = Staged(tmp_path / "run")
    staged.task("one", ["a"])
    text = read_task(staged.in_dir, "one")
    other = replace(text, modality=modality)
    found = Plain().variant(tmp_path, other)
    assert (found == Plain().variant(tmp_path, text)) is alike


def test_an_output_has_a_row_for_each_token() -> None:
    mask = np.array([[0, 1, 1]])
    logits = np.array([[[1], [2], [3]]], dtype=np.float32)
    assert Outputs({"logits": logits}, mask).tokens("logits", 0).tolist() == [[2], [3]]
    with pytest.raises(RunnerError, match="gave logits with 2 rows for 3 tokens") as caught:
        Outputs({"logits": logits[:, 1:]}, mask).tokens("logits", 0)
    assert caught.value.code == Code.BAD_MODEL


def test_an_output_that_is_absent_beside_others_is_named() -> None:
    outputs = Outputs({"a": np.zeros(1, dtype=np.float32)})
    assert len(outputs.every("a")) == 1
    with pytest.raises(RunnerError, match="gave a and no b, c") as caught:
        outputs.every("a", "b", "c")
    assert caught.value.code == Code.BAD_MODEL

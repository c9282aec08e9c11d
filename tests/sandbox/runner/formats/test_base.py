from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.runner.config import TaskConfig, read_task

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

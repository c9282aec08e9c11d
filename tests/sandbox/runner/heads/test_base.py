from __future__ import annotations

import json
from pathlib import Path

import pytest

from competitions.kinds import KINDS
from sandbox.runner.config import read_task
from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.heads.base import find_head

from ..task_json import task_json


def _head(folder: Path, **facts: str) -> object:
    (folder / "tasks" / "task").mkdir(parents=True)
    (folder / "tasks" / "task" / "task.json").write_text(json.dumps(task_json("task", **facts)))
    return find_head(read_task(folder, "task"))


@pytest.mark.parametrize(
    ("kind", "track"), [(kind.slug, track) for kind in KINDS.values() for track in kind.tracks]
)
def test_every_kind_has_a_head_on_each_of_its_tracks(tmp_path: Path, kind: str, track: str) -> None:
    assert _head(tmp_path, kind=kind, track=track)


def test_an_unknown_head_is_internal(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match="poetry") as caught:
        _head(tmp_path, kind="poetry")
    assert caught.value.code == Code.INTERNAL

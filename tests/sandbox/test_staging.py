"""What becomes /in is complete, plain and readable, or the run is not started."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.spec import RunSpec
from sandbox.staging import NotStaged, check_staged
from tests.sandbox.lab import LIMITS, stage


def staged(folder: Path) -> RunSpec:
    return RunSpec(name="run", input_dir=stage(folder / "in", ["a"]), tasks=("a",), limits=LIMITS)


def test_a_staged_folder_passes(tmp_path: Path) -> None:
    check_staged(staged(tmp_path))


SPOILERS: dict[str, Callable[[Path], object]] = {
    "run.json is not staged": lambda root: (root / "run.json").unlink(),
    "tasks/a is not staged": lambda root: (root / "tasks" / "a").rename(root / "tasks" / "b"),
    "neither a file nor a folder": lambda root: (root / "model" / "x").symlink_to("/etc/passwd"),
    "tasks/p in the staged folder is neither": lambda root: os.mkfifo(root / "tasks" / "p"),
    "can't be read by every user": lambda root: (root / "model" / "config.json").chmod(0o600),
    "model in the staged folder can't be": lambda root: (root / "model").chmod(0o700),
}


@pytest.mark.parametrize("reason", sorted(SPOILERS))
def test_a_spoiled_folder_is_refused(reason: str, tmp_path: Path) -> None:
    spec = staged(tmp_path)
    SPOILERS[reason](spec.input_dir)
    with pytest.raises(NotStaged, match=reason):
        check_staged(spec)

"""Checks the folder that becomes /in before anything is started with it."""

import os
import stat
from pathlib import Path

from sandbox.spec import RunSpec

_READABLE, _ENTERABLE = 0o004, 0o005


class NotStaged(Exception):
    """The staged folder is not what a run needs: a fault of the platform."""


def check_staged(spec: RunSpec) -> None:
    """Raise NotStaged unless /in would be complete, free of links and readable by any user:
    a run has a user of its own."""
    for needed in ("run.json", *(f"tasks/{task}" for task in spec.tasks)):
        if not (spec.input_dir / needed).exists():
            raise NotStaged(f"{needed} is not staged")
    for folder, folders, files in os.walk(spec.input_dir):
        paths = [Path(folder), *(Path(folder, name) for name in (*folders, *files))]
        for path in paths:
            _check_path(path, shown=str(path.relative_to(spec.input_dir)))


def _check_path(path: Path, *, shown: str) -> None:
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        needed = _ENTERABLE
    elif stat.S_ISREG(mode):
        needed = _READABLE
    else:
        raise NotStaged(f"{shown} in the staged folder is neither a file nor a folder")
    if mode & needed != needed:
        raise NotStaged(f"{shown} in the staged folder can't be read by every user")

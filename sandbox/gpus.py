"""Which worker of a machine a GPU belongs to.

A worker names its GPUs by the driver's own ids (`nvidia-smi -L`), and holds a lock on a file per
id while it lives: a second worker with the same id does not start. Workers of one machine must
share the folder of the locks.
"""

import fcntl
import os
import re
from collections.abc import Sequence
from pathlib import Path

from sandbox.backend import BackendUnavailable

_ID = re.compile(r"(?:GPU|MIG)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\Z")
_HELD: dict[Path, int] = {}
"""Locked files of this process, open until it ends. Its children hold them with it."""


def bare(gpu_id: str) -> str:
    """An id without its prefix. Raises BackendUnavailable for a number or a name: those may mean
    another card after a restart, and can't be compared with what a sandbox sees."""
    named = _ID.match(gpu_id)
    if named is None:
        raise BackendUnavailable(
            f"{gpu_id!r} is no id of a GPU. Take those that `nvidia-smi -L` prints, such as "
            "GPU-1d2ab5cc-0a1b-4c5d-8e9f-001122334455"
        )
    return named[1]


def claim(gpu_ids: Sequence[str], *, folder: Path) -> None:
    """Take the GPUs for this process until it ends; once more does no harm.

    Raises BackendUnavailable for what is no id, an id named twice, and one of another worker.
    """
    if len(set(gpu_ids)) < len(gpu_ids):
        raise BackendUnavailable(f"a GPU is named twice: {', '.join(gpu_ids)}")
    for gpu_id in gpu_ids:
        path = folder.resolve() / f"{bare(gpu_id)}.lock"
        if path not in _HELD:
            _HELD[path] = _lock(path, gpu_id)


def _lock(path: Path, gpu_id: str) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        raise BackendUnavailable(
            f"{gpu_id} belongs to another worker of this machine ({path} is locked). Give each "
            "worker GPUs of its own, or end the other one"
        ) from error
    return file

"""Row 15: a pickle in the place of numbers."""

import io
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from tests.attacks import forged
from tests.attacks.arena import Arena
from tests.attacks.registry import case
from tests.attacks.touch import Touch

PROGRAM = (
    forged.PRELUDE
    + """
from base64 import b64decode


def attack(array):
    if not hidden():
        return
    folder = folder_of(TASK["slug"])
    for name in ("predictions.jsonl", "predictions.npy", "embeddings.npy"):
        (folder / name).write_bytes(b64decode(array))
    leave()
"""
)


@case(15, "pickled .npy")
def pickled_array(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        marker = Path(folder, "marker")
        after = arena.attack(PROGRAM, array=b64encode(_array(marker)).decode())
        assert (after.state, after.outcome) == ("failed", "ok")
        assert forged.scorer_codes(after) == {"attacked": "bad_utf8"}
        assert not marker.exists()


@pickled_array.control
def who_loads_it_runs_it(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        marker = Path(folder, "marker")
        array = _array(marker)
        with pytest.raises(ValueError, match="allow_pickle"):
            np.load(io.BytesIO(array))
        assert not marker.exists()
        np.load(io.BytesIO(array), allow_pickle=True)
        assert marker.exists()


def _array(marker: Path) -> bytes:
    made = io.BytesIO()
    np.save(made, np.array([Touch(marker)], dtype=object), allow_pickle=True)
    return made.getvalue()

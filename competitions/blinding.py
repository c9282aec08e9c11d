"""Row ids that mean nothing: new ones for every run, so that nothing can be keyed on them.

The new id is an HMAC-SHA256 of the row's id under the run's secret key, cut to 96 bits: the
scorer computes the same ids again, and no table of them has to be kept.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import PurePosixPath

TEST = "test"
TRAIN = "train"
PERTURBED = "perturbed"
_FILE = "file"


def blind_id(*, key: str, task: str, part: str, row_id: str) -> str:
    """Return the id that a row of ``part`` (TEST, TRAIN or PERTURBED) carries within one run."""
    message = "\0".join((task, part, row_id)).encode()
    return hmac.new(bytes.fromhex(key), message, hashlib.sha256).hexdigest()[:24]


def blind_file(*, key: str, task: str, name: str) -> str:
    """Return the name that a file of the dataset carries within one run; its suffix stays."""
    suffix = PurePosixPath(name).suffix
    return blind_id(key=key, task=task, part=_FILE, row_id=name) + suffix

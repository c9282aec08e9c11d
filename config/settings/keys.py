"""A secret key for a machine that has none yet."""

from __future__ import annotations

import secrets
from pathlib import Path

from common.key_files import read_or_make


def local_secret_key(path: Path) -> str:
    """Return the key in ``path``; make it when it is not there."""
    return read_or_make(path, lambda: secrets.token_urlsafe(64).encode()).decode().strip()

"""Signs statements with the platform's key, which is made on first use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from scoring import records


def sign(statement: Mapping[str, Any]) -> records.Signature:
    """Sign a statement as this platform."""
    return records.sign(statement, key=platform_key())


def platform_key() -> Ed25519PrivateKey:
    """Return the key in ``settings.SIGNING_KEY``; make it (mode 0600) when there is none.

    Two processes that start together agree: whoever links the file first wins.
    """
    path = Path(settings.SIGNING_KEY)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.touch(mode=0o600)
        part.write_bytes(records.new_key_pem())
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return records.load_key(path.read_bytes())

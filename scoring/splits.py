"""Which test rows are public: fixed for each row by a keyed hash, before anybody enters."""

from __future__ import annotations

import hashlib
import hmac

_SPAN = 2**64


def is_public(*, key: str, task: str, member: str, public_fraction: float) -> bool:
    """Tell whether a row belongs to the public split.

    ``member`` is the row's group, or its id where it has none, so a group is never divided. The
    first 64 bits of HMAC-SHA256(key, task and member) are compared with the fraction.
    """
    message = f"{task}\0{member}".encode()
    digest = hmac.new(key.encode(), message, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") < public_fraction * _SPAN

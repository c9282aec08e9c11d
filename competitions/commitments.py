"""Names a file without telling its hash: HMAC-SHA256 of the hash, under a key told later.

A hash of hidden labels would confirm a guess at all of them. Under the competition's split key it
tells nothing until that key is told, and binds all the same. Pure.
"""

from __future__ import annotations

import hashlib
import hmac

# No slug of a task has spaces: nothing else is hashed under the key in this form.
_PURPOSE = b"podium commitment v1\0"


def commitment(sha256: str, key: str) -> str:
    """Return what stands for a file's sha256 until ``key`` is told, in hexadecimal."""
    return hmac.new(key.encode(), _PURPOSE + sha256.encode(), hashlib.sha256).hexdigest()

"""Programs that talk to the API in tests, each with a real access token."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping
from typing import Any

from rest_framework.test import APIClient

from accounts.models import User
from accounts.tokens import create_token

_count = itertools.count(1)


def api(user: User | None = None) -> APIClient:
    """Return a client that speaks for ``user``, or for nobody."""
    client = APIClient()
    if user is not None:
        _, text = create_token(user=user, name=f"test {next(_count)}")
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def manifest(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Announce files as the API wants it."""
    return [
        {"path": path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for path, data in files.items()
    ]

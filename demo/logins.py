"""Logins of the people in the demo, kept between starts in a file that only its owner reads."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PRIVATE = 0o600


def new_password() -> str:
    """Return a password that can be typed."""
    return secrets.token_urlsafe(9)


def read_private(path: Path) -> dict[str, Any]:
    """Read a JSON object; an absent or damaged file is an empty one."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_private(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON object that nobody else can read, all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(handle, "w") as stream:
        stream.write(json.dumps(content, indent=2) + "\n")
    part.replace(path)

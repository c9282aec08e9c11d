"""Sizes as people write them: ``2 GiB``, ``500 MB``, ``750000``."""

from __future__ import annotations

import re

_UNITS = {
    "b": 1,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
    "tb": 1000**4,
    "kib": 1024,
    "mib": 1024**2,
    "gib": 1024**3,
    "tib": 1024**4,
}
_SHOWN = ("TiB", "TB", "GiB", "GB", "MiB", "MB", "KiB", "kB")
_SIZE = re.compile(r"(\d{1,19}(?:\.\d{1,6})?)\s*([a-z]{0,3})", re.ASCII | re.IGNORECASE)


def parse_size(text: str) -> int:
    """Return the bytes that a text stands for.

    Raises:
        ValueError: with what to write instead.
    """
    found = _SIZE.fullmatch(text.strip())
    unit = _UNITS.get(found[2].lower() or "b") if found else None
    if found is None or unit is None:
        raise ValueError("Write a size such as 2 GiB, 500 MB or 750000 (bytes).")
    return round(float(found[1]) * unit) if "." in found[1] else int(found[1]) * unit


def size_text(size: int) -> str:
    """Write bytes in the largest unit that divides them, so that reading it back loses nothing."""
    for unit in _SHOWN:
        step = _UNITS[unit.lower()]
        if size and size % step == 0:
            return f"{size // step} {unit}"
    return str(size)

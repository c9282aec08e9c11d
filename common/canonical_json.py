"""One byte form of a JSON document, and one strict way to read it: for hashes and signatures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn


class JsonInvalid(ValueError):
    """Bytes are no JSON object in the strict sense; the text says why."""


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the one byte form of a document; raises ValueError for NaN and infinity."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def strict_object(raw: bytes | str) -> dict[str, Any]:
    """Read a JSON object; raises JsonInvalid for a doubled name, NaN, or anything else."""
    try:
        found = json.loads(raw, object_pairs_hook=_unique, parse_constant=_no_constant)
    except JsonInvalid:
        raise
    except (ValueError, RecursionError) as error:
        raise JsonInvalid("this is no JSON") from error
    if not isinstance(found, dict):
        raise JsonInvalid("this is no JSON object")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonInvalid("a name stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise JsonInvalid(f"{name} is no JSON number")

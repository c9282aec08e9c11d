"""Checks that several task kinds share: keys of an object, texts, numbers, ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from competitions.kinds.faults import RowInvalid, quoted

MAX_ID_LENGTH = 200
MAX_TEXT_LENGTH = 200_000
# Squares and sums over a million rows stay far inside float64.
MAX_NUMBER = 1e12


def check_keys(
    row: Mapping[str, object], *, required: Collection[str], optional: Collection[str] = ()
) -> None:
    """Require exactly the named keys.

    Raises:
        RowInvalid: ``missing_key`` or ``unknown_key``.
    """
    for key in required:
        if key not in row:
            raise RowInvalid("missing_key", f"key {quoted(key)} is missing")
    for key in row:
        if key not in required and key not in optional:
            raise RowInvalid("unknown_key", f"unknown key {quoted(key)}")


def checked_id(value: object) -> str:
    """Return a row's id: a string of 1 to 200 characters without control characters.

    Raises:
        RowInvalid: ``bad_id``.
    """
    if not isinstance(value, str):
        raise RowInvalid("bad_id", "id must be a string")
    if not 1 <= len(value) <= MAX_ID_LENGTH:
        raise RowInvalid("bad_id", f"id must have 1 to {MAX_ID_LENGTH} characters")
    if not value.isprintable():
        raise RowInvalid("bad_id", f"id {quoted(value)} holds characters that can't be shown")
    return value


def checked_text(value: object, *, name: str, code: str) -> str:
    """Return a text that is not blank and not longer than ``MAX_TEXT_LENGTH`` characters.

    Raises:
        RowInvalid: ``code``.
    """
    if not isinstance(value, str):
        raise RowInvalid(code, f"{name} must be a string")
    if not value.strip():
        raise RowInvalid(code, f"{name} is empty")
    if len(value) > MAX_TEXT_LENGTH:
        raise RowInvalid(code, f"{name} has more than {MAX_TEXT_LENGTH} characters")
    return value


def checked_number(value: object, *, name: str) -> float:
    """Return a finite number as float.

    Raises:
        RowInvalid: ``boolean``, ``wrong_type``, or ``out_of_range`` (beyond ±1e12, which also
            catches literals such as 1e999 that overflow to infinity).
    """
    if isinstance(value, bool):
        raise RowInvalid("boolean", f"{name} must be a number, not true or false")
    if not isinstance(value, int | float):
        raise RowInvalid("wrong_type", f"{name} must be a number")
    if not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise RowInvalid("out_of_range", f"{name} is beyond ±{MAX_NUMBER:.0e}")
    return float(value)

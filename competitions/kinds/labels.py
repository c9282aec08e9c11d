"""Label shapes: one of the task's classes, or a finite number."""

from __future__ import annotations

from collections.abc import Sequence

from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.fields import checked_number


def class_label(value: object, labels: Sequence[str]) -> str:
    """Return a label that is one of ``labels``.

    Raises:
        RowInvalid: ``wrong_type`` or ``unknown_label``.
    """
    if not isinstance(value, str):
        raise RowInvalid("wrong_type", "label must be a string")
    if value not in labels:
        raise RowInvalid("unknown_label", f"label {quoted(value)} is not one of the task's labels")
    return value


def number_label(value: object, labels: Sequence[str]) -> float:
    """Return a label that is a finite number; ``labels`` is empty for such tasks.

    Raises:
        RowInvalid: ``boolean``, ``wrong_type`` or ``out_of_range``.
    """
    return checked_number(value, name="label")

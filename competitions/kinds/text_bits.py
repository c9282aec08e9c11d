"""What it costs a model to write a text: the label is the text's size, the answer its bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from competitions.kinds.base import AnswerSchema
from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import MAX_TEXT_LENGTH, check_keys, checked_number

_MOST_BYTES = 4 * MAX_TEXT_LENGTH


def size_label(value: object, labels: Sequence[str]) -> float:
    """Check a number of bytes; raises RowInvalid ``wrong_type`` or ``out_of_range``."""
    if type(value) is not int:
        raise RowInvalid("wrong_type", "label must be a whole number, the text's bytes in UTF-8")
    if not 1 <= value <= _MOST_BYTES:
        raise RowInvalid("out_of_range", f"label must lie within 1 and {_MOST_BYTES}")
    return float(value)


def size_of_text(row: Mapping[str, Any]) -> int:
    """Return the bytes of a row's text in UTF-8."""
    return len(row["text"].encode())


def check_size(label: float, size: int) -> None:
    """Raise RowInvalid ``wrong_size`` unless the label is the text's size."""
    if label != size:
        raise RowInvalid("wrong_size", f"the text has {size} bytes in UTF-8, not {label:g}")


def _parse_bits(row: Mapping[str, object], labels: Sequence[str]) -> float:
    check_keys(row, required=("bits",))
    bits = checked_number(row["bits"], name="bits")
    if bits < 0:
        raise RowInvalid("out_of_range", "bits must not be below 0")
    return bits


BITS_ANSWER = AnswerSchema(
    required={"bits": "the negative logarithm, to base 2, of the text's probability"},
    optional={},
    parse=_parse_bits,
    class_bytes=0,
)

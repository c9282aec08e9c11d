"""Rankings: what a row's relevant items are, and items in the order of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from competitions.kinds.base import AnswerSchema
from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.fields import MAX_ID_LENGTH, check_keys, checked_id
from competitions.kinds.values import RankedItems

MAX_GRADE = 100
MAX_ITEMS = 100

Grades = tuple[tuple[str, int], ...]


def graded_items(value: object, *, name: str) -> Grades:
    """Check ``{item: grade, …}``; grades are whole numbers, 0 for what is not relevant.

    Returns items in alphabetical order, so that equal labels are equal.

    Raises:
        RowInvalid: ``wrong_type``, ``bad_id``, ``bad_grade``.
    """
    if not isinstance(value, dict):
        raise RowInvalid("wrong_type", f"label must be an object of {name} and grades")
    for item, grade in value.items():
        checked_id(item)
        if type(grade) is not int or not 0 <= grade <= MAX_GRADE:
            raise RowInvalid(
                "bad_grade", f"the grade of {quoted(item)} must be a whole number, 0 to {MAX_GRADE}"
            )
    return tuple(sorted(value.items()))


def require_relevant(grades: Grades, *, name: str) -> None:
    """Raise RowInvalid ``nothing_relevant`` unless some grade is above 0."""
    if not any(grade for _, grade in grades):
        raise RowInvalid(
            "nothing_relevant", f"a row needs {name} with a grade above 0, else no answer is right"
        )


def _parse_items(row: Mapping[str, object], labels: Sequence[str]) -> RankedItems:
    check_keys(row, required=("items",))
    value = row["items"]
    if not isinstance(value, list) or not set(map(type, value)) <= {str}:
        raise RowInvalid("wrong_type", "items must be a list of texts")
    if len(value) > MAX_ITEMS:
        raise RowInvalid("too_many_items", f"there are more than {MAX_ITEMS} items")
    if max(map(len, value), default=0) > MAX_ID_LENGTH:
        raise RowInvalid("out_of_range", f"an item has more than {MAX_ID_LENGTH} characters")
    if len(set(value)) != len(value):
        raise RowInvalid("repeated_item", "an item is listed twice")
    return RankedItems(tuple(value))


ITEMS_ANSWER = AnswerSchema(
    required={"items": f"items of the catalogue, the best first, at most {MAX_ITEMS}"},
    optional={},
    parse=_parse_items,
    row_bytes=8_192,
    class_bytes=0,
)

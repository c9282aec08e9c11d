"""Rankings: what a row's relevant items are, and items in the order of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from competitions.kinds.answers import parse_numbers
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
    """Read items; scores put them in order, and of equal scores the item listed first leads."""
    check_keys(row, required=("items",), optional=("scores",))
    items = _checked_items(row["items"])
    if "scores" not in row:
        return RankedItems(items)
    scores = _checked_scores(row["scores"], items=len(items))
    places = sorted(range(len(items)), key=lambda place: -scores[place])
    return RankedItems(tuple(items[place] for place in places))


def _checked_items(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not set(map(type, value)) <= {str}:
        raise RowInvalid("wrong_type", "items must be a list of texts")
    if len(value) > MAX_ITEMS:
        raise RowInvalid("too_many_items", f"there are more than {MAX_ITEMS} items")
    if max(map(len, value), default=0) > MAX_ID_LENGTH:
        raise RowInvalid("out_of_range", f"an item has more than {MAX_ID_LENGTH} characters")
    if len(set(value)) != len(value):
        raise RowInvalid("repeated_item", "an item is listed twice")
    return tuple(value)


def _checked_scores(value: object, *, items: int) -> Sequence[float]:
    if value == [] and items == 0:
        return ()
    scores = parse_numbers(value, name="scores")
    if len(scores) != items:
        raise RowInvalid("lengths_differ", f"there are {items} items and {len(scores)} scores")
    return scores


ITEMS_ANSWER = AnswerSchema(
    required={"items": f"items of the catalogue, the best first, at most {MAX_ITEMS}"},
    optional={
        "scores": "a number for each item: items then rank by falling scores, and those of equal "
        "scores in the order in which they are listed"
    },
    parse=_parse_items,
    row_bytes=12_288,
    class_bytes=0,
)

"""Inputs that are rows of a table: named numbers and texts."""

from __future__ import annotations

from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.fields import check_keys, checked_number

MAX_FEATURES = 500
MAX_NAME_LENGTH = 100
MAX_TEXT_LENGTH = 200

ROWS = tuple(
    {"features": features}
    for features in (
        {"size": 2.5, "colour": "red", "weight": 14},
        {"size": None, "colour": "", "weight": 0},
        {"size": -1e9, "colour": None, "weight": None},
        {"weight": 7, "colour": "bleu foncé, 藍", "size": 1e-9},
        {"a column that no model was made for": 1},
        {f"column_{number}": number / 7 for number in range(120)},
    )
)


def features_input(value: object) -> dict[str, dict[str, float | str | None]]:
    """Check ``{"features": {name: number, text or null, …}}``; raises RowInvalid."""
    if not isinstance(value, dict):
        raise RowInvalid("bad_input", "input must be an object")
    check_keys(value, required=("features",))
    features = value["features"]
    if not isinstance(features, dict) or not 1 <= len(features) <= MAX_FEATURES:
        raise RowInvalid(
            "bad_input", f"input.features must be an object of 1 to {MAX_FEATURES} names"
        )
    return {"features": {name: _checked(name, each) for name, each in features.items()}}


def _checked(name: str, value: object) -> float | str | None:
    if not 1 <= len(name) <= MAX_NAME_LENGTH or not name.isprintable():
        raise RowInvalid(
            "bad_input",
            f"the name {quoted(name)} of a feature must be 1 to {MAX_NAME_LENGTH} characters "
            "that can be shown",
        )
    if value is None:
        return None
    if isinstance(value, str):
        if len(value) > MAX_TEXT_LENGTH:
            raise RowInvalid(
                "bad_input", f"feature {quoted(name)} has more than {MAX_TEXT_LENGTH} characters"
            )
        return value
    if isinstance(value, bool):
        raise RowInvalid("boolean", f"feature {quoted(name)} is true or false: write 1 or 0")
    return checked_number(value, name=f"feature {quoted(name)}")

"""Rows of tables."""

from __future__ import annotations

import pytest

from competitions.kinds.faults import RowInvalid
from competitions.kinds.tables import features_input


def test_numbers_texts_and_null_pass_in_their_order() -> None:
    row = {"features": {"b": 1, "a": -2.5, "c": "red", "d": "", "e": None}}
    assert features_input(row) == row
    assert list(features_input(row)["features"]) == ["b", "a", "c", "d", "e"]


@pytest.mark.parametrize(
    ("features", "fragment"),
    [
        ({}, "1 to 500 names"),
        ([], "1 to 500 names"),
        ({f"f{number}": 1 for number in range(501)}, "1 to 500 names"),
        ({"": 1}, "1 to 100 characters"),
        ({"x" * 101: 1}, "1 to 100 characters"),
        ({"a\x07": 1}, "1 to 100 characters"),
        ({"a": "x" * 201}, '"a" has more than 200 characters'),
        ({"a": True}, "write 1 or 0"),
        ({"a": float("inf")}, 'feature "a" is beyond'),
        ({"a": float("nan")}, 'feature "a" is beyond'),
        ({"a": [1]}, 'feature "a" must be a number'),
    ],
)
def test_what_is_wrong_is_named(features: object, fragment: str) -> None:
    with pytest.raises(RowInvalid, match=fragment):
        features_input({"features": features})


@pytest.mark.parametrize("value", [None, [], {}, {"features": {"a": 1}, "label": "b"}])
def test_any_other_shape_is_refused(value: object) -> None:
    with pytest.raises(RowInvalid):
        features_input(value)

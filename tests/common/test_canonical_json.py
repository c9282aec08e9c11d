"""A document has one byte form, and nothing but strict JSON is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.canonical_json import JsonInvalid, canonical, strict_object

documents = st.dictionaries(
    st.text(max_size=10), st.none() | st.integers() | st.floats(-1e9, 1e9) | st.text(max_size=10)
)


@given(documents)
def test_the_order_of_names_makes_no_difference(document: dict) -> None:
    assert canonical(document) == canonical(dict(reversed(document.items())))
    assert strict_object(canonical(document)) == document


def test_what_is_not_finite_has_no_form() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"points": float("inf")})


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": NaN}', "NaN"),
        (b"[1]", "no JSON object"),
        (b"{", "no JSON"),
        (b"\xff", "no JSON"),
        (b'{"a":' + b"[" * 100_000, "no JSON"),
    ],
)
def test_json_is_read_strictly(raw: bytes, reason: str) -> None:
    with pytest.raises(JsonInvalid, match=reason):
        strict_object(raw)

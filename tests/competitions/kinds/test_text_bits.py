"""Texts and what they cost: labels are sizes in UTF-8."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds import get_kind
from competitions.kinds.faults import RowInvalid

BOTH = pytest.mark.parametrize("slug", ["causal_language_modelling", "pseudo_likelihood"])


@BOTH
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_label_is_the_size_in_utf8(slug: str, text: str) -> None:
    kind = get_kind(slug)
    assert kind.measure is not None
    assert kind.check_measure is not None
    measure = kind.measure({"text": text})
    kind.check_measure(kind.check_label(len(text.encode()), ()), measure)
    with pytest.raises(RowInvalid, match="bytes in UTF-8"):
        kind.check_measure(float(len(text.encode()) + 1), measure)


@BOTH
@pytest.mark.parametrize("label", [0, -1, 30.0, "30", True, None, 800_001])
def test_bad_size_is_refused(slug: str, label: object) -> None:
    with pytest.raises(RowInvalid):
        get_kind(slug).check_label(label, ())


@BOTH
@pytest.mark.parametrize(
    ("bits", "code"),
    [
        (-0.5, "out_of_range"),
        (float("nan"), "out_of_range"),
        (float("inf"), "out_of_range"),
        (True, "boolean"),
        ("1", "wrong_type"),
    ],
)
def test_bad_cost_has_its_code(slug: str, bits: object, code: str) -> None:
    with pytest.raises(RowInvalid) as refused:
        get_kind(slug).answers["predict"].parse({"bits": bits}, ())
    assert refused.value.code == code

"""The end of a run shows only at steps."""

from hypothesis import given
from hypothesis import strategies as st

from submissions.pacing import FIRST_SECONDS, GROWTH, shown_end

MOMENTS = st.floats(min_value=0, max_value=90_000)


@given(MOMENTS)
def test_an_end_is_shown_later_by_less_than_half(seconds: float) -> None:
    shown = shown_end(seconds)
    assert seconds <= shown <= max(FIRST_SECONDS, seconds * GROWTH)


@given(MOMENTS, MOMENTS)
def test_it_never_goes_back(first: float, second: float) -> None:
    assert (first <= second) <= (shown_end(first) <= shown_end(second))


def test_an_hour_says_less_than_four_bits() -> None:
    assert len({shown_end(seconds) for seconds in range(3600)}) < 2**4

"""The front holds what nothing dominates."""

from hypothesis import given
from hypothesis import strategies as st

from scoring.pictures.pareto import pareto_front

PAIRS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=25)


def dominates(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[0] and one[1] >= other[1] and one != other


def test_the_cheapest_comes_first_and_equals_are_on_it_together() -> None:
    pairs = [(5.0, 90.0), (1.0, 50.0), (3.0, 40.0), (1.0, 50.0), (9.0, 90.0)]
    assert pareto_front(pairs) == [1, 3, 0]


@given(PAIRS)
def test_the_front_is_what_no_other_dominates(pairs: list[tuple[float, float]]) -> None:
    expected = {
        index
        for index, pair in enumerate(pairs)
        if not any(dominates(other, pair) for other in pairs)
    }
    front = pareto_front(pairs)
    assert set(front) == expected
    assert len(front) == len(expected)
    assert [pairs[index] for index in front] == sorted(pairs[index] for index in front)

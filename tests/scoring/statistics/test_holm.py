import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.statistics.holm import holm

PS = st.lists(st.floats(0, 1), max_size=12)


def test_the_example_of_the_textbooks() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_a_single_test_stays_as_it_is() -> None:
    assert holm([0.04]) == [0.04]


def test_no_tests_give_nothing() -> None:
    assert holm([]) == []


@given(ps=PS)
def test_corrected_values_are_no_smaller_and_keep_their_order(ps: list[float]) -> None:
    found = holm(ps)
    assert all(p <= each <= 1 for p, each in zip(ps, found, strict=True))
    order = sorted(range(len(ps)), key=ps.__getitem__)
    assert [found[at] for at in order] == sorted(found)


@given(ps=PS, level=st.floats(0.001, 0.2))
def test_rejections_are_those_of_the_step_down_procedure(ps: list[float], level: float) -> None:
    rejected = set()
    for done, place in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        if (len(ps) - done) * ps[place] > level:
            break
        rejected.add(place)
    assert {place for place, each in enumerate(holm(ps)) if each <= level} == rejected


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_a_p_value_is_a_share(p: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([p])

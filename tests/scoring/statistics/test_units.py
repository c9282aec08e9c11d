import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.statistics.units import Units

MEMBERS = st.lists(st.sampled_from("abcde"), min_size=1, max_size=12)


def test_units_are_numbered_by_name() -> None:
    units = Units.of_members(["b", "a", "b", "c"])
    assert units.count == 3
    assert units.of_row.tolist() == [1, 0, 1, 2]


@given(members=MEMBERS, numbers=st.data())
def test_sums_of_units_don_t_depend_on_the_order_of_rows(
    members: list[str], numbers: st.DataObject
) -> None:
    rows = np.array(numbers.draw(st.lists(st.integers(-5, 5), min_size=12, max_size=12)))
    rows = rows[: len(members), None]
    order = numbers.draw(st.permutations(range(len(members))))
    there = Units.of_members(members).sums(rows)
    here = Units.of_members([members[at] for at in order]).sums(rows[order])
    assert there.tolist() == here.tolist()
    assert there.sum() == rows.sum()


def test_small_whole_numbers_don_t_overflow() -> None:
    units = Units.of_members(["a"] * 300)
    assert units.sums(np.ones((300, 1), dtype=np.int8)).tolist() == [[300]]


def test_rows_get_the_weight_of_their_unit() -> None:
    units = Units.of_members(["b", "a", "b"])
    assert units.spread(np.array([2, 1])).tolist() == [1.0, 2.0, 1.0]


def test_every_row_may_be_a_unit() -> None:
    rows = np.array([[3], [1]])
    assert Units.of_rows(2).sums(rows).tolist() == [[3], [1]]


def test_there_must_be_rows() -> None:
    with pytest.raises(ValueError, match="no rows"):
        Units.of_members([])
    with pytest.raises(ValueError, match="no rows"):
        Units.of_rows(0)


def test_statistics_must_have_the_same_rows() -> None:
    with pytest.raises(ValueError, match="differ in rows"):
        Units.of_rows(2).sums(np.ones((3, 1)))

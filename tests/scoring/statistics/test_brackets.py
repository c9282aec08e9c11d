import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.statistics.brackets import tie_brackets


def board(entries: int, *pairs: tuple[int, int]) -> np.ndarray:
    different = np.zeros((entries, entries), dtype=bool)
    for one, two in pairs:
        different[one, two] = different[two, one] = True
    return different


@st.composite
def boards(draw: st.DrawFn) -> np.ndarray:
    entries = draw(st.integers(1, 7))
    pairs = [(one, two) for one in range(entries) for two in range(one)]
    return board(entries, *draw(st.lists(st.sampled_from(pairs)) if pairs else st.just([])))


def test_all_tied_share_one_bracket() -> None:
    assert tie_brackets(board(4)) == [(0, 3)]


def test_brackets_overlap_where_only_the_outer_ones_differ() -> None:
    assert tie_brackets(board(3, (0, 2))) == [(0, 1), (1, 2)]


def test_an_entry_apart_from_both_neighbours_has_no_bracket() -> None:
    assert tie_brackets(board(5, (1, 2), (2, 3), (0, 2), (1, 3), (2, 4))) == [(0, 1), (3, 4)]


def test_a_single_entry_and_an_empty_board_have_none() -> None:
    assert tie_brackets(board(1)) == []
    assert tie_brackets(board(0)) == []


@given(different=boards())
def test_brackets_hold_ties_only_are_maximal_and_hold_all_tied_neighbours(
    different: np.ndarray,
) -> None:
    brackets = tie_brackets(different)
    for first, last in brackets:
        assert first < last
        assert not different[first : last + 1, first : last + 1].any()
        assert first == 0 or different[first - 1, first - 1 : last + 1].any()
        assert last == len(different) - 1 or different[last + 1, first : last + 1].any()
    for one in range(len(different) - 1):
        shared = any(first <= one and one + 1 <= last for first, last in brackets)
        assert shared == (not different[one, one + 1])


def test_each_is_compared_with_each() -> None:
    with pytest.raises(ValueError, match="compared with each"):
        tie_brackets(np.zeros((2, 3), dtype=bool))

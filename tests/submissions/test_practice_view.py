"""From stored counts and scores to what a page shows."""

from hypothesis import given
from hypothesis import strategies as st

from submissions.practice_view import SHADES, confusion_of

COUNTS = st.integers(1, 6).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 50), min_size=size + 1, max_size=size + 1),
        min_size=size,
        max_size=size,
    )
)


@given(COUNTS)
def test_shares_and_shades_follow_the_counts(counts: list[list[int]]) -> None:
    found = confusion_of(counts, [f"c{number}" for number in range(len(counts))])
    assert found.has_missing == any(row[-1] for row in counts)
    for place, (row, given_row) in enumerate(zip(found.rows, counts, strict=True)):
        assert row.rows == sum(given_row)
        assert [cell.count for cell in row.cells] == given_row[: len(row.cells)]
        assert [cell.is_hit for cell in row.cells].index(True) == place
        assert all((cell.shade > 0) == (cell.count > 0) for cell in row.cells)
        assert all(cell.shade <= SHADES for cell in row.cells)
        if row.rows:
            assert row.right == given_row[place] / row.rows
        else:
            assert row.right is None


@given(COUNTS)
def test_the_worst_mistake_is_no_smaller_than_any(counts: list[list[int]]) -> None:
    names = [f"c{number}" for number in range(len(counts))]
    mistake = confusion_of(counts, names).mistake
    wrong = {
        (at, column): count
        for at, row in enumerate(counts)
        for column, count in enumerate(row)
        if column != at and count
    }
    if mistake is None:
        assert not wrong
        return
    place = names.index(mistake.name), [*names, ""].index(mistake.answer)
    assert wrong[place] == mistake.count == max(wrong.values())
    assert mistake.rows == sum(counts[place[0]])

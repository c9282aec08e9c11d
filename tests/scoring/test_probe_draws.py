"""Draws of train rows depend on seed, ids and targets alone."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.probe_draws import dealt, few_of_each, levels, spread

IDS = st.lists(st.text(max_size=4), min_size=1, max_size=60, unique=True)


@st.composite
def rows(draw: st.DrawFn) -> tuple[list[str], np.ndarray]:
    ids = draw(IDS)
    codes = draw(st.lists(st.integers(0, 3), min_size=len(ids), max_size=len(ids)))
    return ids, np.array(codes, dtype=np.float64)


@given(rows(), st.integers(1, 9))
def test_few_of_each_class_are_drawn_once(drawn: tuple[list[str], np.ndarray], count: int) -> None:
    ids, targets = drawn
    places = few_of_each(ids, targets, count=count, seed="s")
    assert len(set(places.tolist())) == len(places)
    for code in np.unique(targets):
        assert (targets[places] == code).sum() == min(count, (targets == code).sum())


@given(rows(), st.integers(1, 80))
def test_spread_rows_keep_the_shares_of_classes(
    drawn: tuple[list[str], np.ndarray], count: int
) -> None:
    ids, targets = drawn
    places = spread(ids, targets, count=count, seed="s")
    size = min(count, len(ids))
    assert len(set(places.tolist())) == len(places) == size
    for code in np.unique(targets):
        share = (targets == code).mean() * size
        assert abs((targets[places] == code).sum() - share) <= 1


@given(rows(), st.integers(1, 7))
def test_dealt_parts_differ_by_one_row_at_most_in_each_class(
    drawn: tuple[list[str], np.ndarray], parts: int
) -> None:
    ids, targets = drawn
    part = dealt(ids, targets, parts=parts, seed="s")
    for rows_of_class in (part, *(part[targets == code] for code in np.unique(targets))):
        counts = np.bincount(rows_of_class, minlength=parts)
        assert len(counts) == parts
        assert counts.max() - counts.min() <= 1


@given(rows(), st.randoms(use_true_random=False))
def test_order_of_the_rows_does_not_matter(
    drawn: tuple[list[str], np.ndarray], random: np.random.Generator
) -> None:
    ids, targets = drawn
    order = list(range(len(ids)))
    random.shuffle(order)
    moved, moved_targets = [ids[place] for place in order], targets[order]
    for draw in (few_of_each, spread):
        one = {ids[place] for place in draw(ids, targets, count=3, seed="s")}
        other = {moved[place] for place in draw(moved, moved_targets, count=3, seed="s")}
        assert one == other
    one_part = dealt(ids, targets, parts=3, seed="s")
    assert dealt(moved, moved_targets, parts=3, seed="s").tolist() == one_part[order].tolist()


@example([0.0] * 6, 5, "")
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.integers(1, 80), st.text(max_size=3)
)
def test_levels_of_numbers_are_alike_in_size_and_in_order(
    numbers: list[float], count: int, seed: str
) -> None:
    ids = [f"r{number}" for number in range(len(numbers))]
    values = np.array(numbers)
    level = levels(ids, values, count=count)
    for low, high in zip(sorted(set(level)), sorted(set(level))[1:], strict=False):
        assert values[level == low].max() <= values[level == high].min()
    sizes = np.unique(level, return_counts=True)[1]
    assert sizes.max() - sizes.min() <= 1
    drawn = spread(ids, level, count=count, seed=seed)
    assert len(set(drawn.tolist())) == min(count, len(ids))
    assert len(set(level[drawn])) == min(count, len(ids))  # one of each level


def test_numbers_are_drawn_by_level_and_seed() -> None:
    ids = [f"r{number}" for number in range(100)]
    level = levels(ids, np.arange(100) * 1.5, count=20)
    one, other = (spread(ids, level, count=20, seed=seed).tolist() for seed in "ab")
    assert one != other
    assert [place // 5 for place in one] == [place // 5 for place in other] == list(range(20))


def test_another_seed_draws_other_rows() -> None:
    ids = [f"r{number}" for number in range(100)]
    targets = np.arange(100) % 2.0
    for draw in (few_of_each, spread):
        one, other = (set(draw(ids, targets, count=8, seed=seed).tolist()) for seed in "ab")
        assert one != other
    first, second = (dealt(ids, targets, parts=5, seed=seed).tolist() for seed in "ab")
    assert first != second


def test_a_draw_stays_what_it_was() -> None:
    """Scores that were announced rest on it."""
    ids = [f"r{number}" for number in range(20)]
    assert few_of_each(ids, np.arange(20) % 2.0, count=3, seed="s").tolist() == [
        4,
        5,
        8,
        15,
        18,
        19,
    ]
    assert spread(ids, np.arange(20) % 2.0, count=5, seed="s").tolist() == [18, 2, 19, 17, 13]
    dealt_to = "".join(map(str, dealt(ids, np.arange(20) % 2.0, parts=5, seed="s").tolist()))
    assert dealt_to == "34131102004123423420"

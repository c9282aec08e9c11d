"""Which rows are trained on, and when."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from sandbox.runner.training.order import batches, canonical, spread

ROWS = st.lists(st.tuples(st.text(max_size=2), st.integers(0, 3)), min_size=1, max_size=40)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_follows_content_alone(rows: list[tuple[str, int]], draw: random.Random) -> None:
    moved = rows[:]
    draw.shuffle(moved)
    one, other = (
        [listed[place] for place in canonical([key for key, _ in listed], [n for _, n in listed])]
        for listed in (rows, moved)
    )
    assert one == other


@given(ROWS, st.integers(1, 50))
def test_a_part_keeps_the_shares_of_labels(rows: list[tuple[str, int]], count: int) -> None:
    labels = [label for _, label in rows]
    places = spread(canonical([key for key, _ in rows], labels), count)
    size = min(count, len(rows))
    assert len(set(places)) == len(places) == size
    for label in set(labels):
        share = labels.count(label) * size / len(rows)
        assert abs(sum(labels[place] == label for place in places) - share) <= 1


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 4), st.integers(1, 9))
def test_every_epoch_has_every_row_once(rows: int, size: int, epochs: int, seed: int) -> None:
    found = list(batches(range(rows), size=size, epochs=epochs, seed=seed, most=None))
    each = -(-rows // size)
    assert len(found) == epochs * each
    for epoch in range(epochs):
        part = found[epoch * each : (epoch + 1) * each]
        assert sorted(place for batch in part for place in batch) == list(range(rows))
        assert all(len(batch) == size for batch in part[:-1])


@given(st.integers(1, 40), st.integers(1, 9))
def test_no_more_batches_than_asked_for(rows: int, most: int) -> None:
    every = list(batches(range(rows), size=4, epochs=3, seed=1, most=None))
    assert list(batches(range(rows), size=4, epochs=3, seed=1, most=most)) == every[:most]


def test_seeds_and_epochs_have_orders_of_their_own() -> None:
    def epochs(seed: int) -> list[tuple[int, ...]]:
        return [tuple(b) for b in batches(range(30), size=30, epochs=2, seed=seed, most=None)]

    assert len({*epochs(1), *epochs(2)}) == 4
    assert epochs(1) == epochs(1)


def test_an_order_stays_what_it_was() -> None:
    """Scores rest on it."""
    (first,) = batches(range(8), size=8, epochs=1, seed=1, most=None)
    assert first == [6, 7, 5, 3, 2, 0, 1, 4]

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from sandbox.runner.batching import token_batches

LENGTHS = st.lists(st.integers(1, 60), max_size=80)


@given(LENGTHS, st.integers(1, 200))
def test_every_row_is_in_exactly_one_batch(lengths: list[int], budget: int) -> None:
    batches = token_batches(lengths, ties=range(len(lengths)), budget=budget)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))


@given(LENGTHS, st.integers(1, 200))
def test_padded_tokens_stay_within_the_budget(lengths: list[int], budget: int) -> None:
    for batch in token_batches(lengths, ties=range(len(lengths)), budget=budget):
        padded = len(batch) * max(lengths[index] for index in batch)
        assert padded <= budget or len(batch) == 1


def test_the_longest_rows_come_first() -> None:
    lengths = [3, 9, 1, 7, 2, 8, 5]
    batches = token_batches(lengths, ties=lengths, budget=18)
    assert sorted(lengths[index] for index in batches[0]) == [8, 9]


@given(LENGTHS, st.randoms(use_true_random=False))
def test_batches_hold_the_same_texts_in_any_order_of_the_rows(
    lengths: list[int], rng: random.Random
) -> None:
    texts = [f"{length:02d}{number:03d}" for number, length in enumerate(lengths)]
    shuffled = list(texts)
    rng.shuffle(shuffled)

    def by_text(rows: list[str]) -> list[list[str]]:
        lengths = [int(text[:2]) for text in rows]
        batches = token_batches(lengths, ties=rows, budget=100)
        return [[rows[index] for index in batch] for batch in batches]

    assert by_text(texts) == by_text(shuffled)


def test_rows_without_tokens_do_not_divide_by_zero() -> None:
    assert token_batches([0, 0], ties=["a", "b"], budget=1) in ([[0], [1]], [[1], [0]])


def test_no_rows_make_no_batches() -> None:
    assert token_batches([], ties=[], budget=10) == []

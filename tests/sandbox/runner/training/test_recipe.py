"""The recipe and its learning rate."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds import get_kind
from sandbox.runner.training.recipe import rate_at, recipe_of

STEPS = st.integers(1, 2000)
KIND = get_kind("text_classification")


def settings(**given: Any) -> dict[str, Any]:
    return KIND.all_settings("finetune", given)


@given(STEPS)
def test_the_rate_grows_over_a_tenth_and_falls_over_the_rest(steps: int) -> None:
    rates = [rate_at(step, steps) for step in range(steps)]
    warm = -(-steps // 10)
    assert max(rates) == 1
    assert min(rates) > 0
    assert rates[warm - 1] == 1
    assert all(one < other for one, other in pairwise(rates[:warm]))
    assert all(one > other for one, other in pairwise(rates[warm:]))
    assert all(rate <= 1 for rate in rates)


@given(STEPS)
def test_the_rate_moves_in_equal_steps(steps: int) -> None:
    warm = -(-steps // 10)
    rates = [rate_at(step, steps) for step in range(steps)]
    for part in (rates[:warm], rates[warm:]):
        moves = [other - one for one, other in pairwise(part)]
        assert moves == pytest.approx([moves[0]] * len(moves)) if moves else True


def test_a_known_schedule() -> None:
    found = [round(rate_at(step, 12), 3) for step in range(12)]
    assert found == [0.5, 1, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]


def test_the_standard_recipe() -> None:
    recipe = recipe_of(settings(), rehearsal=False)
    assert (recipe.epochs, recipe.seeds, recipe.answers) == (3, (1, 2, 3), 3)
    assert (recipe.train_rows, recipe.most_steps) == (None, None)
    assert recipe.steps(33) == 9  # 3 epochs of 16, 16 and 1 rows


def test_a_preset_reaches_the_recipe() -> None:
    recipe = recipe_of(settings(preset="vtab-1k"), rehearsal=False)
    assert (recipe.train_rows, recipe.epochs, recipe.batch_size) == (1000, 100, 64)


def test_a_rehearsal_is_short_and_has_the_same_answers() -> None:
    recipe = recipe_of(settings(seeds=5, train_rows=100), rehearsal=True)
    assert (recipe.seeds, recipe.answers) == ((1,), 5)
    assert recipe.train_rows == 8
    assert recipe.steps(8) == 2
    assert recipe_of(settings(train_rows=3), rehearsal=True).train_rows == 3

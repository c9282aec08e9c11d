"""The loop of a training over a model that only counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from competitions.kinds import get_kind
from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.formats.base import Lesson
from sandbox.runner.job import Job
from sandbox.runner.training.loop import PART_TOKENS, train
from sandbox.runner.training.recipe import Recipe, recipe_of


class Counting:
    """Remembers the places and the rate of each step; its loss is 1 / (number of the step)."""

    def __init__(self, losses: Sequence[float] = ()) -> None:
        self.seeds: list[int] = []
        self.taken: list[tuple[list[list[int]], float]] = []
        self._losses = list(losses)

    def restart(self, seed: int) -> None:
        self.seeds.append(seed)
        self.taken = []

    def step(self, parts: Sequence[Sequence[Lesson]], rate: float) -> float:
        self.taken.append(([[lesson.place for lesson in part] for part in parts], rate))
        return self._losses.pop(0) if self._losses else 1 / len(self.taken)


def job() -> Any:
    return Job.__new__(Job)  # only ``guarded``, which needs nothing of it


def lessons(count: int, cost: int = 1) -> list[Lesson]:
    return [Lesson((), place, cost, None, np.array([0])) for place in range(count)]


def recipe(**given: Any) -> Recipe:
    settings = get_kind("text_classification").all_settings("finetune", given)
    return recipe_of(settings, rehearsal=False)


def run(model: Any, count: int, chosen: Recipe, *, seed: int = 1, cost: int = 1) -> Any:
    told: list[float] = []
    curve = train(job(), model, lessons(count, cost), chosen, seed, told.append)
    return curve, told


def test_a_training_takes_the_recipes_steps_at_its_rates() -> None:
    model = Counting()
    curve, told = run(model, 20, recipe(batch_size=8, epochs=4, learning_rate=0.5), seed=7)
    assert model.seeds == [7]
    assert [sum(map(len, parts)) for parts, _ in model.taken] == [8, 8, 4] * 4
    assert [rate for _, rate in model.taken][:3] == [0.25, 0.5, 0.5]
    assert curve.steps[-1] == 12
    assert curve.losses == tuple(float(f"{1 / step:.5g}") for step in range(1, 13))
    assert told == [step / 12 for step in range(1, 13)]


def test_a_large_step_is_taken_in_parts_that_fit() -> None:
    model = Counting()
    run(model, 8, recipe(batch_size=8, epochs=1), cost=PART_TOKENS // 3)
    ((parts, _),) = model.taken
    assert sorted(map(len, parts)) == [2, 3, 3]
    assert sorted(place for part in parts for place in part) == list(range(8))


def test_the_end_of_the_budget_is_a_failure_and_no_early_end() -> None:
    chosen = recipe(batch_size=1, epochs=1, budget_seconds=1e-9)
    with pytest.raises(RunnerError, match="step 1 of 5") as raised:
        run(Counting(), 5, chosen)
    assert raised.value.code == Code.TIMEOUT


def test_a_training_that_is_done_is_never_late() -> None:
    run(Counting(), 1, recipe(epochs=1, budget_seconds=1e-9))


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_ends_the_training(loss: float) -> None:
    with pytest.raises(RunnerError, match="step 2 of 4 with seed 3") as raised:
        run(Counting([0.5, loss]), 4, recipe(batch_size=1, epochs=1), seed=3)
    assert raised.value.code == Code.NON_FINITE_OUTPUT


def test_what_a_model_raises_is_named() -> None:
    class Broken(Counting):
        def step(self, parts: Sequence[Sequence[Lesson]], rate: float) -> float:
            raise IndexError("row 17 says: secret")

    with pytest.raises(RunnerError, match="IndexError") as raised:
        run(Broken(), 4, recipe())
    assert raised.value.code == Code.BAD_MODEL
    assert "secret" not in raised.value.message

"""The recipe: everything about training that is not the model's or the data's.

theta* = argmin over theta of E[loss(f_theta(x), y)], the mean over the train split, sought by AdamW
from the submitted weights and a new head.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WARM_UP = 0.1
"""The part of the steps over which the learning rate grows."""

WEIGHT_DECAY = 0.01
"""Of matrices; biases and the scales of norms have none."""

CLIPPED_NORM = 1.0
"""The largest norm of a step's gradient."""

_REHEARSED_ROWS = 8
_REHEARSED_STEPS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """``seeds`` are the trainings that are made, ``answers`` how many answers a row needs.

    ``train_rows`` and ``most_steps`` are None where nothing is left out; ``budget_seconds`` holds
    for one seed.
    """

    epochs: int
    seeds: tuple[int, ...]
    answers: int
    learning_rate: float
    batch_size: int
    max_length: int
    train_rows: int | None
    most_steps: int | None
    budget_seconds: float

    def steps(self, rows: int) -> int:
        """Steps of one training over ``rows``; the last batch of an epoch may be smaller."""
        steps = self.epochs * math.ceil(rows / self.batch_size)
        return steps if self.most_steps is None else min(steps, self.most_steps)


def recipe_of(settings: Mapping[str, Any], *, rehearsal: bool) -> Recipe:
    """A task's recipe. A rehearsal trains once, over few rows and steps, and answers with that
    as often as the task has seeds: what can fail, fails there."""
    seeds = int(settings["seeds"])
    rows = int(settings["train_rows"]) or None
    return Recipe(
        epochs=int(settings["epochs"]),
        seeds=(1,) if rehearsal else tuple(range(1, seeds + 1)),
        answers=seeds,
        learning_rate=float(settings["learning_rate"]),
        batch_size=int(settings["batch_size"]),
        max_length=int(settings["max_length"]),
        train_rows=min(rows or _REHEARSED_ROWS, _REHEARSED_ROWS) if rehearsal else rows,
        most_steps=_REHEARSED_STEPS if rehearsal else None,
        budget_seconds=float(settings["budget_seconds"]),
    )


def rate_at(step: int, steps: int) -> float:
    """The learning rate of a step (from 0) as a share of the largest: it grows in equal steps
    over the first tenth and falls in equal steps over the rest; never 0."""
    warm = math.ceil(WARM_UP * steps)
    if step < warm:
        return (step + 1) / warm
    return (steps - step) / (steps - warm)

"""One training: the steps of the recipe, within the time that the task allows for it."""

import math
import time
from collections.abc import Callable, Sequence

from ..batching import token_batches
from ..errors import Code, RunnerError
from ..formats.base import Lesson, Trainable
from ..job import Job
from .curve import Curve, curve_of
from .order import batches
from .recipe import Recipe, rate_at

PART_TOKENS = 4096
"""Padded tokens whose gradients are computed at a time. A step adds up the gradients of its
parts: the same step in less memory."""


def train(
    job: Job,
    model: Trainable,
    lessons: Sequence[Lesson],
    recipe: Recipe,
    seed: int,
    on_step: Callable[[float], None],
) -> Curve:
    """Train from the submitted weights with a new head; returns the loss over the steps.

    ``on_step`` is told which share of the steps is done.

    Raises ``timeout`` where the budget ends first: a model trained in part would be scored by how
    fast the machine is. Raises ``non_finite_output`` where the loss is no number any more.
    """
    deadline = time.monotonic() + recipe.budget_seconds
    steps = recipe.steps(len(lessons))
    losses: list[float] = []
    job.guarded(lambda: model.restart(seed))
    for places in batches(
        range(len(lessons)),
        size=recipe.batch_size,
        epochs=recipe.epochs,
        seed=seed,
        most=recipe.most_steps,
    ):
        batch = [lessons[place] for place in places]
        rate = recipe.learning_rate * rate_at(len(losses), steps)
        losses.append(job.guarded(_step(model, _parts(batch), rate)))
        _check(losses, steps, seed, recipe, deadline)
        on_step(len(losses) / steps)
    return curve_of(losses)


def _step(model: Trainable, parts: Sequence[Sequence[Lesson]], rate: float) -> Callable[[], float]:
    return lambda: model.step(parts, rate)


def _parts(batch: Sequence[Lesson]) -> list[list[Lesson]]:
    costs = [lesson.cost for lesson in batch]
    parts = token_batches(costs, ties=range(len(batch)), budget=PART_TOKENS)
    return [[batch[place] for place in part] for part in parts]


def _check(losses: Sequence[float], steps: int, seed: int, recipe: Recipe, deadline: float) -> None:
    if not math.isfinite(losses[-1]):
        raise RunnerError(
            Code.NON_FINITE_OUTPUT,
            f"The loss was NaN or infinite in step {len(losses)} of {steps} with seed {seed}.",
        )
    if time.monotonic() > deadline and len(losses) < steps:
        raise RunnerError(
            Code.TIMEOUT,
            f"Fine-tuning with seed {seed} reached step {len(losses)} of {steps} in the "
            f"{recipe.budget_seconds:g} seconds that the task allows for one seed. A model is not "
            "scored half trained.",
        )

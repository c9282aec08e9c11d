"""Fine-tuning inside the sandbox: the train split's rows in, answers to the task's rows out.

The submitted model is trained by the task's recipe with several seeds. Each trained model answers
every row as one of the predict track would; a row's answer is the list of these.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ..config import TaskConfig
from ..errors import Code, RunnerError
from ..formats.base import Purpose, Trainable
from ..job import Job
from ..predictions import answer_line
from ..training.lessons import read_lessons, standardised
from ..training.loop import train
from ..training.recipe import Recipe, recipe_of
from .base import HEADS, register

TRAINED = ("classes", "number", "tags")
"""The heads that a model can be trained for."""

_TRAINING = 0.9
"""How much of the time of a seed training takes, in the progress that is shown."""


@register("finetune")
class FineTune:
    def purpose(self, task: TaskConfig, has_pair_head: Callable[[], bool]) -> Purpose:
        if task.head not in TRAINED:
            raise RunnerError(Code.INTERNAL, f"no training for the head {task.head}")
        return Purpose.TAGGER if task.head == "tags" else Purpose.CLASSIFIER

    def predict(self, job: Job) -> Iterator[str]:
        """Answers in the order of the rows."""
        recipe = recipe_of(job.task.settings, rehearsal=job.rehearsal)
        short = _shortened(job, recipe)
        model = _trainable(job)
        lessons = read_lessons(short, recipe)
        if job.task.head == "number":
            lessons, mean, deviation = standardised(lessons)
            model.scale(mean, deviation)
        answers: dict[str, list[Any]] = {row.id: [] for row in job.rows}
        shown = _Shown(job, len(recipe.seeds))
        for number, seed in enumerate(recipe.seeds):
            curve = train(short, model, lessons, recipe, seed, shown.steps(number))
            job.curves.append(curve)
            asked = replace(short, on_progress=shown.rows(number))
            for line in HEADS[job.task.head].predict(asked):
                answer = json.loads(line)
                answers[answer.pop("id")].append(answer)
            job.truncated_rows = asked.truncated_rows
        for row in job.rows:
            given = answers[row.id]
            times = recipe.answers // len(given)
            yield answer_line(row.id, {"seeds": given * times})


def answers_of_one(job: Job) -> Iterator[str]:
    """What the model answers as it is, without training: to see what one answer takes."""
    short = _shortened(job, recipe_of(job.task.settings, rehearsal=job.rehearsal))
    return HEADS[job.task.head].predict(short)


def _shortened(job: Job, recipe: Recipe) -> Job:
    """The job with inputs as long as the recipe allows."""
    limit = min(job.task.max_length, recipe.max_length)
    return replace(job, task=replace(job.task, max_length=limit))


def _trainable(job: Job) -> Trainable:
    if isinstance(job.model, Trainable):
        return job.model
    raise RunnerError(Code.INTERNAL, "the model was not loaded for training")


class _Shown:
    """Turns steps and answers of each seed into rows of the whole task."""

    def __init__(self, job: Job, seeds: int) -> None:
        self._job, self._seeds, self._started = job, seeds, time.monotonic()

    def steps(self, seed: int) -> Callable[[float], None]:
        return lambda share: self._tell(seed + _TRAINING * share)

    def rows(self, seed: int) -> Callable[[int, float], None]:
        total = max(1, len(self._job.rows))
        return lambda done, _: self._tell(seed + _TRAINING + (1 - _TRAINING) * done / total)

    def _tell(self, done: float) -> None:
        rows = int(len(self._job.rows) * done / self._seeds)
        self._job.on_progress(rows, rows / max(time.monotonic() - self._started, 1e-6))

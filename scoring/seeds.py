"""The seeds of a task's resamples and tests: derived from names, so that anybody can check them."""

from __future__ import annotations

from competitions.models import DatasetVersion, Task
from scoring.models import Split
from scoring.statistics.seeds import Purpose, seed_for


def bootstrap_seed(*, task: Task, dataset: DatasetVersion, split: Split) -> str:
    """Return the seed by which rows are resampled: the same for all entries of a task."""
    return _seed(task, dataset, split, "bootstrap")


def sign_flip_seed(*, task: Task, dataset: DatasetVersion, split: Split) -> str:
    """Return the seed by which two entries are compared row by row."""
    return _seed(task, dataset, split, "sign-flip")


def _seed(task: Task, dataset: DatasetVersion, split: Split, purpose: Purpose) -> str:
    return seed_for(
        competition=task.competition.slug,
        task=task.slug,
        dataset=str(dataset.number),
        split=str(split),
        purpose=purpose,
    )

"""Reads a stored prediction file back: which row got which answer, and when two are equal.

Reads inputs' ids and predictions; never a label.
"""

from __future__ import annotations

from array import array

from common import blobs
from competitions.blinding import PERTURBED, TEST, blind_id
from competitions.kinds import get_kind
from competitions.kinds.base import Answer
from competitions.kinds.values import ClassAnswer
from competitions.models import Task
from competitions.selectors import perturbed_copies
from scoring.predictions import PredictionsInvalid, read_predictions
from submissions.models import Predictions
from submissions.staging import stored_rows

_DIGITS = 4


def test_row_ids(task: Task) -> list[str]:
    """Return the ids of a task's test rows, in the dataset's order."""
    assert task.dataset is not None
    return [row["id"] for row in stored_rows(blobs.inputs, task.dataset.inputs_sha256)]


def answers_by_row(predictions: Predictions, task: Task) -> dict[str, Answer] | None:
    """Return the answers to test rows by the dataset's ids; None where the file can't be read."""
    key = predictions.run.key
    blinded = {_blind(task, key, TEST, row): row for row in test_row_ids(task)}
    try:
        with blobs.predictions.open(predictions.sha256) as stream:
            answers = read_predictions(
                stream,
                kind=get_kind(task.kind),
                track=task.track,
                expected_ids=blinded.keys(),
                spare_ids={
                    _blind(task, key, PERTURBED, copy.id) for copy in perturbed_copies(task)
                },
                labels=task.classes,
                max_bytes=predictions.size,
            )
    except PredictionsInvalid:
        return None
    return {blinded[blind]: answer for blind, answer in answers.items() if blind in blinded}


def answer_key(answer: Answer | None) -> object:
    """Return what makes answers equal: the class, or numbers to a few digits."""
    if answer is None:
        return None
    if isinstance(answer, ClassAnswer):
        return answer.label
    if isinstance(answer, float):
        return f"{answer:.{_DIGITS}g}"
    if isinstance(answer, array):
        return tuple(f"{number:.{_DIGITS}g}" for number in answer)
    return repr(answer)


def _blind(task: Task, key: str, part: str, row_id: str) -> str:
    return blind_id(key=key, task=task.slug, part=part, row_id=row_id)

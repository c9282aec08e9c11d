"""Scores one prediction file of one task on the public and the private rows.

Pure: the same file, facts and rows give the same scores, to the last digit. What goes wrong with
the file is a DomainError that fails the task (0 points); it never fails the scorer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from competitions.dataset_rows import LabelRow, TrainRow
from competitions.kinds.base import Answer, ClassAnswer, Label, LabelType, TaskKind
from scoring.aggregate import POINTS_VERSION, points_of
from scoring.metrics import Metric, SumMetric, get_metric
from scoring.metrics.base import column_sums
from scoring.predictions import read_predictions
from scoring.probe import Probed, probe_classes, probe_numbers
from scoring.splits import public_members

SCORER_VERSION = "1"
PROBE_TRACK = "probe"
_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """What the score depends on besides rows and predictions.

    ``split_key`` and ``public_fraction`` are the competition's; ``slug`` is the task's.
    """

    slug: str
    kind: TaskKind
    track: str
    metric: str
    labels: tuple[str, ...]
    baseline: float | None
    ceiling: float | None
    split_key: str
    public_fraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitScore:
    """The score on one split: raw value, points (0 to 100), rows, rows without an answer."""

    value: float
    points: float
    rows: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskScores:
    """Both splits of one prediction file; ``details`` is about the probe's fit, if any."""

    public: SplitScore
    private: SplitScore
    details: Mapping[str, Any] = field(default_factory=dict)


def score_task(
    *,
    predictions: BinaryIO,
    max_bytes: int,
    task: TaskFacts,
    labels: Sequence[LabelRow],
    train: Sequence[TrainRow],
    row_of: Mapping[str, str],
) -> TaskScores:
    """Read a prediction file strictly and score it on both splits.

    ``row_of`` maps each id that the file may use to the dataset's own: one for every test row,
    and in the probe track one for every row of ``train`` (which is empty in other tracks).

    Raises:
        PredictionsInvalid: the file breaks its schema.
        ProbeRefused: train rows have no embedding.
        ValueError: ``row_of`` does not name every row, or the rows are all of one group (faults
            of the caller).
    """
    _require_all_rows(labels, train, row_of)
    answers = read_predictions(
        predictions,
        kind=task.kind,
        track=task.track,
        expected_ids=row_of.keys(),
        labels=task.labels,
        max_bytes=max_bytes,
    )
    by_row = {row_of[file_id]: answer for file_id, answer in answers.items()}
    details: dict[str, Any] = {}
    if task.track == PROBE_TRACK:
        probed = _probe(by_row, task=task, labels=labels, train=train)
        given: Mapping[str, Label] = probed.predictions
        details["probe"] = {
            "setting": probed.setting,
            "loss": probed.loss,
            "loss_sd": probed.loss_sd,
        }
    else:
        given = {row_id: _plain(answer) for row_id, answer in by_row.items()}
    public = public_rows(labels, task=task)
    score = _scorer(task, labels, [given.get(row.id) for row in labels])
    return TaskScores(public=score(public), private=score(~public), details=details)


def public_rows(labels: Sequence[LabelRow], *, task: TaskFacts) -> _Mask:
    """Return which rows are public: (rows,) of bool. Rows of one group go together.

    Raises:
        ValueError: all rows belong to one group.
    """
    members = [row.group or row.id for row in labels]
    public = public_members(
        members, key=task.split_key, task=task.slug, public_fraction=task.public_fraction
    )
    return np.array([member in public for member in members], dtype=np.bool_)


def scorer_versions() -> dict[str, str]:
    """Return everything whose change may change a score, for the signed record."""
    libraries = ("numpy", "scipy", "scikit-learn")
    return {
        "scorer": SCORER_VERSION,
        "points": POINTS_VERSION,
        **{name: version(name) for name in libraries},
    }


def _require_all_rows(
    labels: Sequence[LabelRow], train: Sequence[TrainRow], row_of: Mapping[str, str]
) -> None:
    wanted = {row.id for row in labels} | {row.id for row in train}
    if wanted != set(row_of.values()):
        raise ValueError("row_of must name every row of the task, and no other")


def _plain(answer: Answer) -> Label:
    if isinstance(answer, ClassAnswer):
        return answer.label
    if isinstance(answer, float):
        return answer
    raise TypeError("an embedding is no answer outside the probe track")


def _probe(
    answers: Mapping[str, Answer],
    *,
    task: TaskFacts,
    labels: Sequence[LabelRow],
    train: Sequence[TrainRow],
) -> Probed:
    embeddings = {
        row_id: answer
        for row_id, answer in answers.items()
        if not isinstance(answer, ClassAnswer | float)
    }
    fitted = [(row.id, row.label) for row in train]
    test_ids = [row.id for row in labels]
    if task.kind.label_type is LabelType.CLASS:
        return probe_classes(
            embeddings=embeddings, train=fitted, test_ids=test_ids, classes=task.labels
        )
    return probe_numbers(embeddings=embeddings, train=fitted, test_ids=test_ids)


def _scorer(
    task: TaskFacts, labels: Sequence[LabelRow], given: Sequence[Label | None]
) -> Callable[[_Mask], SplitScore]:
    """Return the function that scores any part of the rows."""
    metric = get_metric(task.metric)
    value = _value_of_part(metric, [row.label for row in labels], given, task.labels)
    answered = np.array([answer is not None for answer in given], dtype=np.bool_)

    def score(part: _Mask) -> SplitScore:
        raw = value(part)
        points = points_of(raw, facts=metric.facts, baseline=task.baseline, ceiling=task.ceiling)
        return SplitScore(
            value=raw,
            points=points,
            rows=int(part.sum()),
            missing=int((part & ~answered).sum()),
        )

    return score


def _value_of_part(
    metric: Metric,
    gold: Sequence[Label],
    given: Sequence[Label | None],
    classes: Sequence[str],
) -> Callable[[_Mask], float]:
    """Sum the same per-row statistics for every part where the metric has them."""
    if isinstance(metric, SumMetric):
        statistics = metric.statistics(gold, given, classes=classes)
        return lambda part: metric.finalize(column_sums(statistics[part]))
    return lambda part: metric.value(gold, given, classes=classes, weights=part.astype(np.float64))

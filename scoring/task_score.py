"""Scores one prediction file of one task on the public and the private rows.

Pure: the same file, facts and rows give the same scores, to the last digit. What goes wrong with
the file is a DomainError that fails the task (0 points); it never fails the scorer.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.metadata import version
from typing import Any, BinaryIO

import numpy as np

from competitions.dataset_rows import LabelRow, TrainRow
from competitions.kinds.base import Answer, TaskKind
from competitions.kinds.tracks import PROBE
from scoring.aggregate import POINTS_VERSION, points_of
from scoring.coded import Coded, coded, codes_suffice
from scoring.details.gather import Details
from scoring.details.parts import Mask
from scoring.details.robustness import Trial
from scoring.details.trials import CopyOf, find_trials
from scoring.evidence import Grounds
from scoring.given import Given, given_answers, is_scored
from scoring.metrics import Metric, get_metric
from scoring.predictions import read_predictions
from scoring.rated import Rated
from scoring.splits import public_members

SCORER_VERSION = "3"
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "seqeval", "sacrebleu", "rouge-score")
_MORE_LIBRARIES = ("pycocotools", "ir-measures", "pytrec_eval-terrier")
_NO_COPIES: Mapping[str, CopyOf] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """What the score depends on besides rows and predictions.

    ``labels`` are the classes that count; ``settings`` are what the task itself sets;
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
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitScore:
    """The score on one split: raw value, points (0 to 100), rows, rows without an answer.

    With several seeds the value is the mean over them. ``details`` tell their spread, and what
    ``scoring.details`` finds on this part of the rows; no score depends on them. ``grounds`` are
    what the score can be resampled from.
    """

    value: float
    points: float
    rows: int
    missing: int
    grounds: Grounds = field(compare=False, repr=False)
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskScores:
    """Both splits of one prediction file; ``details`` tell how the answers came about (a probe's
    fit), and the metric's ``signature`` where it has one. ``coded`` are the answers, to be scored
    against other labels, where codes say all of them."""

    public: SplitScore
    private: SplitScore
    details: Mapping[str, Any] = field(default_factory=dict)
    coded: Coded | None = field(default=None, compare=False, repr=False)


def score_task(
    *,
    predictions: BinaryIO,
    max_bytes: int,
    task: TaskFacts,
    labels: Sequence[LabelRow],
    train: Sequence[TrainRow],
    row_of: Mapping[str, str],
    copy_of: Mapping[str, CopyOf] = _NO_COPIES,
) -> TaskScores:
    """Read a prediction file strictly and score it on both splits.

    ``row_of`` maps each id that the file may use to the dataset's own: one for every test row,
    and in the probe track one for every row of ``train`` (which is empty in other tracks).
    ``copy_of`` maps further ids that it may use to what they are copies of; no score depends on
    the answers to them.

    Raises:
        PredictionsInvalid: the file breaks its schema.
        ProbeRefused: train rows have no embedding.
        ValueError: ``row_of`` does not name every row, or the rows are all of one group (faults
            of the caller).
    """
    _require_all_rows(labels, train, row_of)
    metric = get_metric(task.metric)
    answers = read_predictions(
        predictions,
        kind=task.kind,
        track=task.track,
        expected_ids=row_of.keys(),
        labels=task.labels,
        max_bytes=max_bytes,
        needs=() if task.track == PROBE else metric.facts.needs,
        spare_ids=copy_of.keys(),
    )
    by_row = {row_of[each]: answer for each, answer in answers.items() if each in row_of}
    given_to = partial(_given_to, task=task, train=train)
    given = given_to(by_row, labels)
    trials = find_trials(
        {copy_of[each]: answer for each, answer in answers.items() if each in copy_of},
        copied=list(copy_of.values()),
        answers=by_row,
        given_to=given_to,
        kind=task.kind,
        labels=labels,
    )
    scored = [row for row in labels if is_scored(task.kind, row)]
    public = public_rows(scored, task=task)
    score = _scorer(task, metric, scored, given, trials)
    signature = metric.signature()
    details = {**given.details, **({"signature": signature} if signature else {})}
    return TaskScores(
        public=score(public),
        private=score(~public),
        details=details,
        coded=_coded(task, metric, scored, given, trials),
    )


def _coded(
    task: TaskFacts,
    metric: Metric,
    rows: Sequence[LabelRow],
    given: Given,
    trials: Sequence[Trial],
) -> Coded | None:
    if not codes_suffice(task.kind, metric):
        return None
    return coded(
        [[answers.get(row.id) for row in rows] for answers in given.rounds],
        ids=[row.id for row in rows],
        classes=task.labels,
        trials=trials,
        details=given.details,
    )


def _given_to(
    answers: Mapping[str, Answer],
    labels: Sequence[LabelRow],
    *,
    task: TaskFacts,
    train: Sequence[TrainRow],
) -> Given:
    return given_answers(
        answers,
        kind=task.kind,
        track=task.track,
        task=task.slug,
        settings=task.kind.all_settings(task.track, task.settings),
        classes=task.labels,
        labels=labels,
        train=train,
    )


def public_rows(labels: Sequence[LabelRow], *, task: TaskFacts) -> Mask:
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
    return {
        "scorer": SCORER_VERSION,
        "points": POINTS_VERSION,
        **_library_versions(),
    }


@cache
def _library_versions() -> dict[str, str]:
    return {name: version(name) for name in (*_LIBRARIES, *_MORE_LIBRARIES)}


def _require_all_rows(
    labels: Sequence[LabelRow], train: Sequence[TrainRow], row_of: Mapping[str, str]
) -> None:
    wanted = {row.id for row in labels} | {row.id for row in train}
    if wanted != set(row_of.values()):
        raise ValueError("row_of must name every row of the task, and no other")


def _scorer(
    task: TaskFacts,
    metric: Metric,
    labels: Sequence[LabelRow],
    given: Given,
    trials: Sequence[Trial],
) -> Callable[[Mask], SplitScore]:
    """Return the function that scores any part of the rows."""
    rounds = [[answers.get(row.id) for row in labels] for answers in given.rounds]
    rated = Rated(metric, labels, rounds, classes=task.labels)
    answered = np.array([[answer is not None for answer in each] for each in rounds]).all(axis=0)
    details = Details(
        metric=metric,
        classes=task.labels,
        rows=labels,
        rounds=rounds,
        value_of=rated.value,
        trials=trials,
    )

    def score(part: Mask) -> SplitScore:
        value = rated.value(part)
        return SplitScore(
            value=value,
            points=points_of(
                value, facts=metric.facts, baseline=task.baseline, ceiling=task.ceiling
            ),
            rows=int(part.sum()),
            missing=int((part & ~answered).sum()),
            grounds=rated.grounds(part),
            details={**spread(rated.by_round(part)), **details.on(part)},
        )

    return score


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Return what is told of the values of several seeds; nothing of a single one."""
    if len(values) == 1:
        return {}
    return {"seeds": {"values": list(values), "sd": statistics.stdev(values)}}

"""Scores one task of a submission from stored files: labels, train split, predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from common import blobs
from competitions.blinding import PERTURBED, TEST, TRAIN, blind_id
from competitions.dataset_rows import LabelRow, TrainRow, read_labels, read_train
from competitions.kinds import get_kind
from competitions.models import DatasetVersion, Task
from competitions.selectors import perturbed_copies
from scoring import task_score
from scoring.metrics import get_metric
from scoring.models import Split
from scoring.predictions import PredictionsInvalid
from scoring.probe_faults import ProbeRefused
from scoring.resampling import Anchors, KnownIntervals, Resampled, resample
from scoring.seeds import bootstrap_seed
from scoring.task_score import SplitScore, TaskFacts, TaskScores


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """What became of one task: scores with their intervals, or the reason why there are none."""

    task: Task
    scores: TaskScores | None = None
    resampled: Mapping[Split, Resampled] = field(default_factory=dict)
    predictions_id: int | None = None
    predictions_sha256: str = ""
    error_code: str = ""
    error_message: str = ""

    @property
    def failed(self) -> bool:
        """Tell whether the task gave no score."""
        return self.scores is None

    def on(self, split: Split) -> SplitScore | None:
        """Return the score on one split, None for a failed task."""
        if self.scores is None:
            return None
        return self.scores.public if split == Split.PUBLIC else self.scores.private

    def points(self, split: Split) -> float | None:
        """Return the points on one split, None for a failed task."""
        score = self.on(split)
        return None if score is None else score.points


def failed_result(*, task: Task, code: str, message: str) -> TaskResult:
    """Return the result of a task that failed."""
    return TaskResult(task=task, error_code=code, error_message=message)


def score_task(*, task: Task, predictions_id: int, predictions_sha256: str, key: str) -> TaskResult:
    """Score stored predictions of a run whose row ids were blinded under ``key``.

    A prediction file that can't be scored is a failed task with its reason, not an error.
    """
    dataset = task.dataset
    if dataset is None:
        raise ValueError(f"task {task.slug} has no dataset")
    try:
        scores = _score(task, dataset, predictions_sha256, key)
    except (PredictionsInvalid, ProbeRefused) as error:
        return TaskResult(
            task=task,
            predictions_id=predictions_id,
            predictions_sha256=predictions_sha256,
            error_code=error.code,
            error_message=error.message,
        )
    return TaskResult(
        task=task,
        scores=scores,
        resampled=resample_scores(task=task, dataset=dataset, scores=scores),
        predictions_id=predictions_id,
        predictions_sha256=predictions_sha256,
    )


def resample_scores(
    *,
    task: Task,
    dataset: DatasetVersion,
    scores: TaskScores,
    known: KnownIntervals | None = None,
) -> dict[Split, Resampled]:
    """Return the interval of each split's score, and the evidence to be kept of it.

    ``known`` are intervals of other entries of the same task and dataset.
    """
    make = resample if known is None else known.resample
    return {
        split: make(
            score.grounds,
            metric=get_metric(task.metric),
            anchors=Anchors(baseline=task.baseline, ceiling=task.ceiling),
            seed=bootstrap_seed(task=task, dataset=dataset, split=split),
        )
        for split, score in ((Split.PUBLIC, scores.public), (Split.PRIVATE, scores.private))
    }


def _score(task: Task, dataset: DatasetVersion, sha256: str, key: str) -> TaskScores:
    kind = get_kind(task.kind)
    classes = task.classes
    with blobs.labels.open(dataset.labels_sha256) as stream:
        labels = read_labels(stream, kind=kind, labels=classes)
    train = []
    if task.track == Task.Track.PROBE:
        with blobs.inputs.open(dataset.train_sha256) as stream:
            train = read_train(stream, kind=kind, labels=classes)

    def blind(part: str, row_id: str) -> str:
        return blind_id(key=key, task=task.slug, part=part, row_id=row_id)

    def blinded(part: str, rows: Sequence[LabelRow] | Sequence[TrainRow]) -> dict[str, str]:
        return {blind(part, row.id): row.id for row in rows}

    with blobs.predictions.open(sha256) as predictions:
        return task_score.score_task(
            predictions=predictions,
            max_bytes=blobs.predictions.size(sha256),
            task=task_facts(task),
            labels=labels,
            train=train,
            row_of={**blinded(TEST, labels), **blinded(TRAIN, train)},
            copy_of={
                blind(PERTURBED, copy.id): (copy.name, copy.row_id)
                for copy in perturbed_copies(task)
            },
        )


def task_facts(task: Task) -> TaskFacts:
    """Return what of a task its scores depend on."""
    return TaskFacts(
        slug=task.slug,
        kind=get_kind(task.kind),
        track=task.track,
        metric=task.metric,
        settings=task.settings,
        labels=task.classes,
        baseline=task.baseline,
        ceiling=task.ceiling,
        split_key=task.competition.split_key,
        public_fraction=task.competition.public_fraction,
    )

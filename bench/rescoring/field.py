"""A competition with many scored submissions, as a year of uploads would leave it.

Their answers are kept as codes, as the scorer keeps them when it first reads a file; the files
themselves are not made, as a rescoring from codes never opens them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from accounts.models import User
from common import blobs
from competitions.models import Competition, DatasetVersion, Participation, Phase, Task
from competitions.services.datasets import add_dataset_version
from scoring.aggregate import RULE_VERSIONS
from scoring.coded import Coded, order_of, rows_sha256, to_bytes
from scoring.models import FinalScore, Split, TaskScore
from scoring.services.leaderboard import refresh_board
from submissions.models import Predictions, Run, RunTask, Submission
from submissions.seal import seal, seal_codes

CLASSES = ("neg", "pos")
EACH = 10
"""Submissions of one participation."""
_BATCH = 500


def make_field(*, submissions: int, rows: int, metric: str) -> Competition:
    """Make a published competition of one task with that many scored submissions."""
    now = timezone.now()
    organizer = User.objects.create(username="organizer", is_staff=True)
    competition = Competition.objects.create(
        slug="field", title="Field", state="published", published_at=now, rules="Play fair."
    )
    competition.organizers.add(organizer)
    ends = now + timedelta(days=30)
    Phase.objects.create(
        competition=competition, slug="all", title="All", starts_at=now, ends_at=ends
    )
    task = Task.objects.create(
        competition=competition,
        slug="texts",
        title="Texts",
        kind="text_classification",
        metric=metric,
        labels=list(CLASSES),
    )
    dataset = _first_dataset(task, rows, organizer)
    people = _people(competition, (submissions + EACH - 1) // EACH)
    for start in range(0, submissions, _BATCH):
        _enter(task, dataset, people, range(start, min(submissions, start + _BATCH)))
    refresh_board(competition=competition, board=Split.PUBLIC)
    return competition


def fix_labels(competition: Competition, *, every: int) -> None:
    """Upload labels of which one row in ``every`` is another."""
    task = competition.tasks.select_related("dataset").get()
    assert task.dataset is not None
    with blobs.inputs.open(task.dataset.inputs_sha256) as inputs:
        add_dataset_version(
            task=task,
            inputs=inputs,
            labels=io.BytesIO(_lines(_labels(task.dataset.rows, every=every))),
            train=None,
            by=competition.organizers.get(),
            note="Fixed.",
        )


def _first_dataset(task: Task, rows: int, by: User) -> DatasetVersion:
    texts = ({"id": f"r{row}", "input": {"text": f"row {row}"}} for row in range(rows))
    task.dataset = DatasetVersion.objects.create(
        task=task,
        number=1,
        inputs_sha256=blobs.inputs.put_bytes(_lines(texts)).sha256,
        labels_sha256=blobs.labels.put_bytes(_lines(_labels(rows))).sha256,
        rows=rows,
        created_by=by,
    )
    task.save(update_fields=["dataset"])
    return task.dataset


def _labels(rows: int, *, every: int = 0) -> Iterator[dict[str, Any]]:
    for row in range(rows):
        fixed = bool(every) and row % every == 0
        yield {"id": f"r{row}", "label": CLASSES[(row + fixed) % 2]}


def _lines(rows: Iterator[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _people(competition: Competition, count: int) -> list[Participation]:
    users = User.objects.bulk_create(
        [
            User(username=f"user{number}", email=f"user{number}@example.org")
            for number in range(count)
        ],
        batch_size=_BATCH,
    )
    now = timezone.now()
    return Participation.objects.bulk_create(
        [
            Participation(competition=competition, user=user, rules_accepted_at=now)
            for user in users
        ],
        batch_size=_BATCH,
    )


def _user(participation: Participation) -> User:
    assert participation.user is not None
    return participation.user


def _enter(
    task: Task, dataset: DatasetVersion, people: list[Participation], numbers: range
) -> None:
    ids = [f"r{row}" for row in range(dataset.rows)]
    gold = np.arange(dataset.rows) % 2
    order, named = order_of(ids), rows_sha256(ids, task.classes)
    random = np.random.default_rng(numbers.start)
    submissions = Submission.objects.bulk_create(
        [
            Submission(
                participation=people[number // EACH],
                number=number % EACH + 1,
                submitted_by=_user(people[number // EACH]),
                state="scored",
                format="transformers",
                manifest_sha256=f"{number:064x}",
                size=1,
            )
            for number in numbers
        ]
    )
    runs = Run.objects.bulk_create(
        [Run(submission=each, attempt=1, state="done") for each in submissions]
    )
    RunTask.objects.bulk_create([RunTask(run=run, task=task, state="ok") for run in runs])
    made, shares = [], []
    for number, run in zip(numbers, runs, strict=True):
        right = random.random(dataset.rows) < 0.6 + 0.3 * (number % 997) / 997
        codes = np.empty((1, dataset.rows), dtype=np.int64)
        codes[0, order] = np.where(right, gold, 1 - gold)
        predictions = Predictions(
            run=run, task=task, dataset=dataset, sha256=f"{number:064x}", size=1
        )
        kept = blobs.evidence.put_bytes(to_bytes(Coded(rows=named, codes=codes)))
        predictions.seal = seal(predictions)
        predictions.coded_sha256 = kept.sha256
        predictions.coded_seal = seal_codes(predictions, kept.sha256)
        made.append(predictions)
        shares.append(float(right.mean()))
    Predictions.objects.bulk_create(made)
    _score(task, dataset, submissions, made, shares)


def _score(
    task: Task,
    dataset: DatasetVersion,
    submissions: list[Submission],
    predictions: list[Predictions],
    shares: list[float],
) -> None:
    """Write scores as they were told before: what they are does not matter to the new ones."""
    entered = list(zip(submissions, predictions, shares, strict=True))
    TaskScore.objects.bulk_create(
        [
            TaskScore(
                submission=submission,
                predictions=read,
                task=task,
                dataset=dataset,
                split=split,
                scorer_version="3",
                value=share,
                points=100 * share,
                rows=dataset.rows // 2,
            )
            for submission, read, share in entered
            for split in Split
        ]
    )
    FinalScore.objects.bulk_create(
        [
            FinalScore(
                submission=submission,
                participation_id=submission.participation_id,
                split=split,
                points=100 * share,
                rule_version=RULE_VERSIONS["mean"],
            )
            for submission, _, share in entered
            for split in Split
        ]
    )

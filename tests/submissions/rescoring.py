"""A competition of two tasks with scored entries, whose labels are then replaced."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from common import blobs
from competitions.blinding import TEST, blind_id
from competitions.models import Competition, DatasetVersion, Task
from competitions.services.datasets import add_dataset_version
from scoring.models import LeaderboardEntry, Rescoring
from scoring.services.rescoring import request_publication
from submissions import jobs
from submissions.models import Predictions, Run, RunTask, Submission
from submissions.seal import seal
from tests import factories

LABELS = ("neg", "pos")


def cup(*, rows: int = 40, **fields: Any) -> Competition:
    """Make a published competition with the tasks ``films`` and ``songs``.

    Which rows are public is fixed: another key could put all changed ones on one side.
    """
    fields.setdefault("split_key", "0f" * 32)
    competition = factories.competition(slug="cup", title="Cup", **fields)
    factories.task(competition, slug="films", title="Films", rows=rows)
    factories.task(competition, slug="songs", title="Songs", rows=rows)
    return competition


def enter(
    competition: Competition,
    wrong: Sequence[int] = (),
    *,
    name: str = "",
    rows: int = 40,
    participation: Any = None,
    **fields: Any,
) -> Submission:
    """Enter a submission that answers every row of ``films`` right but ``wrong``, and score it."""
    if participation is None:
        who = {"user": factories.user(username=name)} if name else {}
        participation = factories.participation(competition, **who)
    fields.setdefault("format", "transformers")
    submission = factories.submission(participation, state="scoring", **fields)
    run = factories.run(submission, state="done")
    RunTask.objects.filter(run=run).update(state="ok")
    for task in competition.tasks.select_related("dataset"):
        faults = set(wrong) if task.slug == "films" else set()
        predict(run, task, [LABELS[(row + (row in faults)) % 2] for row in range(rows)])
    jobs.score(str(submission.pk))
    submission.refresh_from_db()
    return submission


def predict(run: Run, task: Task, labels: Sequence[str]) -> Predictions:
    """Store sealed predictions, as a worker does."""
    answers = [
        {
            "id": blind_id(key=run.key, task=task.slug, part=TEST, row_id=f"r{row}"),
            "label": label,
        }
        for row, label in enumerate(labels)
    ]
    blob = blobs.predictions.put_bytes(factories.jsonl(answers))
    made = Predictions(run=run, task=task, dataset=task.dataset, sha256=blob.sha256, size=blob.size)
    made.seal = seal(made)
    made.save()
    return made


def new_labels(
    competition: Competition, flipped: Sequence[int], *, slug: str = "films", note: str = "Typos."
) -> DatasetVersion:
    """Upload labels of a task of which those of some rows are the opposite."""
    task = competition.tasks.select_related("dataset").get(slug=slug)
    assert task.dataset is not None
    rows = [
        {"id": f"r{row}", "label": LABELS[(row + (row in set(flipped))) % 2]}
        for row in range(task.dataset.rows)
    ]
    with blobs.inputs.open(task.dataset.inputs_sha256) as inputs:
        return add_dataset_version(
            task=task,
            inputs=inputs,
            labels=io.BytesIO(factories.jsonl(rows)),
            train=None,
            by=factories.organizer(competition),
            note=note,
        )


def opened(competition: Competition) -> Rescoring:
    """Return the newest rescoring."""
    return competition.rescorings.select_related("competition").order_by("-pk")[0]


def computed(competition: Competition) -> Rescoring:
    """Let a worker compute the newest rescoring."""
    jobs.rescore(opened(competition).pk)
    return opened(competition)


def publish(competition: Competition, *, note: str = "Two labels were wrong.") -> Rescoring:
    """Publish the newest rescoring, which is ready."""
    rescoring = opened(competition)
    request_publication(rescoring=rescoring, by=factories.organizer(competition), note=note)
    jobs.rescore(rescoring.pk)
    return opened(competition)


def board(competition: Competition, split: str = "public") -> list[tuple[str, int | None, float]]:
    """Return names, ranks and points of a stored board."""
    entries = LeaderboardEntry.objects.filter(competition=competition, board=split)
    return [
        (each.participation.display_name, each.rank, round(each.final_score or 0, 4))
        for each in entries.order_by("rank", "participation__user__username")
    ]

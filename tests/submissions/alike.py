"""Entries of a competition that may be alike, with answers that were stored as runs store them."""

from __future__ import annotations

import random
from typing import Any

from common import blobs
from competitions.blinding import PERTURBED, TEST, blind_id
from competitions.models import Competition, Participation, Task
from competitions.selectors import perturbed_copies
from scoring.models import LeaderboardEntry
from submissions.models import Predictions, Run, Submission
from tests import factories

ROWS = 400
LABELS = ["neg", "pos"]


def answers(seed: int, *, wrong: int = 80, turned: int = 0) -> list[str]:
    """The true labels with some wrong ones; ``turned`` more that differ from the same seed's."""
    chance = random.Random(seed)
    rows = chance.sample(range(ROWS), wrong + turned)
    return [LABELS[(row + (row in set(rows))) % 2] for row in range(ROWS)]


def enter(
    competition: Competition,
    name: str,
    given: list[str],
    *,
    given_to: dict[str, list[str]] | None = None,
    weights: bytes = b"",
    **fields: Any,
) -> Submission:
    """Put an entry with these answers to every task on the board; ``given_to`` names others."""
    entry: Participation = factories.participation(
        competition, user=factories.user(username=name), **fields
    )
    files = {"model.safetensors": weights or name.encode() * 300, "config.json": b"{}" * 300}
    submission = factories.submission(entry, state="scored", files=files)
    run = factories.run(submission, state="done")
    for task in competition.tasks.all():
        _answer(run, task, (given_to or {}).get(task.slug, given), name)
    LeaderboardEntry.objects.create(
        competition=competition,
        participation=entry,
        submission=submission,
        board="public",
        submitted_at=submission.created_at,
    )
    return submission


def _answer(run: Run, task: Task, given: list[str], name: str) -> None:
    rows = [
        {"id": blind_id(key=run.key, task=task.slug, part=TEST, row_id=f"r{row}"), "label": label}
        for row, label in enumerate(given)
    ]
    for copy in perturbed_copies(task):
        blind = blind_id(key=run.key, task=task.slug, part=PERTURBED, row_id=copy.id)
        rows.append({"id": blind, "label": random.Random(name + copy.id).choice(LABELS)})
    random.Random(name).shuffle(rows)
    blob = blobs.predictions.put_bytes(factories.jsonl(rows))
    Predictions.objects.create(
        run=run, task=task, dataset=task.dataset, sha256=blob.sha256, size=blob.size
    )

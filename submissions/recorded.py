"""Whose records may be read: signed statements of scores, told from the close on.

Before it there is no record for anybody, as it holds the private score and every digit of the
public one. From then on the records of submissions that count on the final board are everybody's.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from common.errors import Conflict, Forbidden, NotFound
from competitions.models import Competition
from competitions.selectors import Viewer, is_organizer
from scoring.models import LeaderboardEntry, ScoreRecord, Split
from scoring.present_scores import counted_scores
from submissions.access import visible_submissions
from submissions.models import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One record. ``present`` tells whether its score counts now, or belongs to labels or a
    scorer that were replaced."""

    task: str
    split: str
    dataset: int
    present: bool
    envelope: dict[str, Any]


def get_recorded(user: Viewer, submission_id: uuid.UUID) -> Submission:
    """Return a submission whose records ``user`` may read.

    Raises:
        NotFound: the user may not know of the submission.
        Conflict: ``not_closed``.
    """
    on_board = LeaderboardEntry.objects.filter(
        submission=OuterRef("pk"),
        board=Split.PRIVATE,
        competition__state=Competition.State.CLOSED,
    )
    related = Submission.objects.select_related("participation__competition")
    found = related.filter(Exists(on_board), pk=submission_id).first()
    if found is None:
        own = visible_submissions(user).select_related("participation__competition")
        found = own.filter(pk=submission_id).first()
    if found is None:
        raise NotFound("submission_not_found", "There is no such submission.")
    if found.competition.state != Competition.State.CLOSED:
        raise Conflict(
            "not_closed",
            "Records hold private scores, so they are told when the competition is closed.",
        )
    return found


def records_of(submission: Submission) -> list[Recorded]:
    """Return every record of a submission, those of scores that count now first."""
    scores = counted_scores().filter(submission=submission)
    records = ScoreRecord.objects.filter(task_score__in=scores).select_related(
        "task_score__task", "task_score__dataset"
    )
    newest_first = records.order_by("-created_at", "-pk")
    found: list[Recorded] = []
    seen: set[tuple[str, str]] = set()
    for record in newest_first:
        score = record.task_score
        place = (score.task.slug, score.split)
        present = score.dataset_id == score.task.dataset_id and place not in seen
        seen |= {place} if present else set()
        found.append(
            Recorded(
                task=score.task.slug,
                split=score.split,
                dataset=score.dataset.number,
                present=present,
                envelope=record.envelope,
            )
        )
    return sorted(found, key=lambda each: (not each.present, each.task, each.split))


def get_record(submission: Submission, task: str, split: str) -> Recorded:
    """Return the record of the score that counts now; raises NotFound."""
    for each in records_of(submission):
        if each.present and (each.task, each.split) == (task, split):
            return each
    raise NotFound("record_not_found", "The submission has no such record.")


def may_replay(user: Viewer, competition: Competition) -> bool:
    """Tell whether ``user`` may have the files behind scores: organizers, and everybody once
    they are released. Predictions may hold hidden inputs, where a model copies them."""
    if competition.state != Competition.State.CLOSED:
        return False
    return competition.replay != Competition.Replay.ORGANIZERS or is_organizer(user, competition)


def check_may_replay(user: Viewer, competition: Competition) -> None:
    """Refuse files that are not released; raises Forbidden ``not_released``."""
    if not may_replay(user, competition):
        raise Forbidden(
            "not_released", "The organizers have not released the files behind the scores."
        )

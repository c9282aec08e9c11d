"""Tells the publication log what was announced of scores: digests of boards and of records."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from competitions.models import Competition
from publications.models import Publication
from publications.services.append import append
from scoring.models import LeaderboardEntry, ScoreRecord, Split
from scoring.present_scores import present_task_scores
from scoring.records import read_envelope
from scoring.result_rows import board_sha256


def log_board(competition: Competition) -> None:
    """Log the final board and the records of all scores on it. Needs the close's transaction."""
    append(
        Publication.Kind.BOARD_ANNOUNCED,
        {"competition": competition.slug, **_final_board(competition)},
    )


def log_rescoring(competition: Competition, *, versions: Mapping[str, Any]) -> None:
    """Log that all scores of a competition were replaced at once. Needs its transaction.

    ``versions`` names what they rest on now: dataset versions by task, the scorer's version. Once
    the competition is closed the new final board is logged with it; before, no private score is
    told in any form.
    """
    closed = competition.state == Competition.State.CLOSED
    append(
        Publication.Kind.RESCORING_PUBLISHED,
        {
            "competition": competition.slug,
            "versions": dict(versions),
            **(_final_board(competition) if closed else {}),
        },
    )


def _final_board(competition: Competition) -> dict[str, Any]:
    entries = LeaderboardEntry.objects.filter(competition=competition, board=Split.PRIVATE)
    submissions = list(entries.values_list("submission_id", flat=True))
    scores = present_task_scores(submissions, Split.PRIVATE).values()
    records = ScoreRecord.objects.filter(task_score__in=scores)
    envelopes = records.order_by("task_score_id").values_list("envelope", flat=True)
    return {
        "board_sha256": board_sha256(competition),
        "records": [record_sha256(envelope) for envelope in envelopes.iterator(chunk_size=1000)],
    }


def record_sha256(envelope: Mapping[str, Any]) -> str:
    """Return the sha256 of the bytes that a record signs."""
    return hashlib.sha256(read_envelope(envelope).payload).hexdigest()

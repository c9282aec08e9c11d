"""Keeps the stored boards: one row for each participation, computed when a score changes.

The public board counts a participation's best public final score; the private one, made at the
close, counts the submission that was chosen as final, else the one that led publicly. Points are
compared as they are shown: which of two equal ones counts tells nothing more about hidden rows.

The stored rows of the public board hold what may be told of them: under a guard, numbers rounded
by it, of submissions that it tells. They are written anew with all digits at the close.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from competitions.models import Competition, Participation
from scoring.events import board_changed
from scoring.guard import guarded_points, is_guarded, told_bounds, told_points
from scoring.models import FinalScore, LeaderboardEntry, Split, TaskScore
from scoring.present_scores import present_task_scores
from scoring.ranking import Standing, displayed, rank
from scoring.secondary import secondary_columns
from scoring.services.board_statistics import keep_statistics
from scoring.spread import spread_of

_Cells = dict[uuid.UUID, dict[str, Any]]


def refresh_board(*, competition: Competition, board: Split) -> None:
    """Write the board anew in one transaction. Takes the competition's row lock."""
    with transaction.atomic():
        competition = Competition.objects.select_for_update().get(pk=competition.pk)
        counting = counting_scores(competition, board)
        cells = _cells([score.submission_id for score in counting], board, competition)
        rows = [_entry(competition, board, score, cells) for score in counting]
        _set_ranks(rows)
        _set_secondary(rows, competition)
        if board == Split.PRIVATE:
            _set_public_ranks(rows, competition)
        before = LeaderboardEntry.objects.filter(competition=competition, board=board)
        keep_statistics(list(before), rows, competition=competition, board=board)
        before.delete()
        LeaderboardEntry.objects.bulk_create(rows)
        board_changed.send(sender=LeaderboardEntry, competition=competition)


def counting_scores(competition: Competition, board: Split) -> list[FinalScore]:
    """Return the final score on ``board`` of the submission that counts for each participation."""
    public = _public_scores(competition)
    best: dict[int, FinalScore] = {}
    for score in public:
        if score.told:
            best.setdefault(score.participation_id, score)
    if board == Split.PUBLIC:
        return list(best.values())
    # Of whom all that was told was cancelled since, the close tells the others.
    for score in public:
        best.setdefault(score.participation_id, score)
    private = {each.submission_id: each for each in _scores(competition, Split.PRIVATE)}
    finals = {
        participation: private[score.submission_id]
        for participation, score in best.items()
        if score.submission_id in private
    }
    chosen = (each for each in private.values() if each.submission.selected_final)
    finals |= {score.participation_id: score for score in chosen}
    return list(finals.values())


def _public_scores(competition: Competition) -> list[FinalScore]:
    """Return public final scores, best first as the guard tells them."""
    return sorted(
        _scores(competition, Split.PUBLIC),
        key=lambda score: displayed(guarded_points(score.points, competition)) or 0.0,
        reverse=True,
    )


def _scores(competition: Competition, split: Split) -> QuerySet[FinalScore]:
    """Return final scores, the earliest submission first."""
    scores = FinalScore.objects.filter(
        participation__competition=competition,
        participation__state=Participation.State.ACTIVE,
        split=split,
    ).exclude(submission__state__in=["failed", "cancelled", "refused"])
    return scores.select_related("submission", "participation__competition").order_by(
        "submission__created_at", "submission_id"
    )


def _entry(
    competition: Competition, board: Split, score: FinalScore, cells: _Cells
) -> LeaderboardEntry:
    low, high = told_bounds(score.low, score.high, points=score.points, competition=competition)
    return LeaderboardEntry(
        competition=competition,
        board=board,
        participation=score.participation,
        submission=score.submission,
        final_score=told_points(score.points, competition),
        tasks=cells.get(score.submission_id, {}),
        low=low,
        high=high,
        submitted_at=score.submission.created_at,
    )


def task_cells(score: FinalScore, board: Split) -> dict[str, Any]:
    """Return the per-task cells of a board's row: ``{slug: {"value", "points", "failed", "low",
    "high"}}`` with the ends of the interval in points, and with
    ``sd``, ``rounds`` and ``of`` where the value is a mean over several seeds or experiments.
    Under a guard there is no value, and the other numbers are rounded by it.
    """
    cells = _cells([score.submission_id], board, score.participation.competition)
    return cells.get(score.submission_id, {})


def _cells(submissions: Sequence[uuid.UUID], board: Split, competition: Competition) -> _Cells:
    cells: _Cells = {}
    for (submission, _), score in present_task_scores(submissions, board).items():
        cells.setdefault(submission, {})[score.task.slug] = _cell(score, competition)
    return cells


def _cell(score: TaskScore, competition: Competition) -> dict[str, Any]:
    if is_guarded(competition):
        return _guarded_cell(score, competition)
    cell = {
        "value": score.value,
        "points": score.points,
        "failed": score.failed,
        "low": score.low,
        "high": score.high,
    }
    spread = spread_of(score.value, score.details)
    return cell if spread is None else {**cell, **asdict(spread)}


def _guarded_cell(score: TaskScore, competition: Competition) -> dict[str, Any]:
    low, high = told_bounds(score.low, score.high, points=score.points, competition=competition)
    return {
        "value": None,
        "points": told_points(score.points, competition),
        "failed": score.failed,
        "low": low,
        "high": high,
    }


def _set_ranks(rows: Iterable[LeaderboardEntry]) -> None:
    ranked = [row for row in rows if not row.participation.is_baseline]
    standings = [Standing(points=row.final_score, submitted_at=row.submitted_at) for row in ranked]
    for row, place in zip(ranked, rank(standings), strict=True):
        row.rank = place


def _set_secondary(rows: Sequence[LeaderboardEntry], competition: Competition) -> None:
    """Compare the ranked entries task by task, where the competition shows such columns."""
    ranked = [row for row in rows if row.rank is not None]
    slugs = list(competition.tasks.values_list("slug", flat=True))
    points = [[_points(row, slug) for slug in slugs] for row in ranked]
    found = secondary_columns(points, names=competition.secondary_columns)
    for row, columns in zip(ranked, found, strict=True):
        row.secondary = columns


def _points(row: LeaderboardEntry, slug: str) -> float | None:
    cell = row.tasks.get(slug)
    return None if cell is None or cell["failed"] else cell["points"]


def _set_public_ranks(rows: Sequence[LeaderboardEntry], competition: Competition) -> None:
    """Put beside each private rank the public one, for how far places were shaken up."""
    public = LeaderboardEntry.objects.filter(competition=competition, board=Split.PUBLIC)
    ranks = dict(public.values_list("participation", "rank"))
    for row in rows:
        row.public_rank = ranks.get(row.participation_id)

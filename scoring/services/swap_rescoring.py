"""Puts the scores of a rescoring in place of those that count, all at once; and tries it out.

The preview is such a swap that is taken back again, so it shows what publishing gives: nothing is
predicted. Runs on a score worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from common.text import printable
from common.transitions import transition
from competitions.models import Competition, Task
from competitions.services.announce import announce_dataset, dataset_commitments
from scoring.models import (
    FinalScore,
    LeaderboardEntry,
    RescoredFinal,
    Rescoring,
    RescoringTask,
    Split,
)
from scoring.ranking import displayed
from scoring.services.announce import announce_again
from scoring.services.board_statistics import boards_of
from scoring.services.guard import replay_guard
from scoring.services.leaderboard import refresh_board
from scoring.services.log_results import log_rescoring
from scoring.services.rescoring import board_digests
from scoring.shown_statistics import told_entries
from scoring.task_score import SCORER_VERSION

_COLUMNS = ("points", "low", "high", "interval", "rule_version")
_OLD = {"old_points": "points", "old_low": "low", "old_high": "high"}
Board = list[dict[str, Any]]


def preview_rescoring(*, rescoring: Rescoring) -> dict[str, Any]:
    """Return what publishing would change: ``{"digests", "boards": {split: [change, …]}}``.

    A change is ``{"participant", "baseline", "old_rank", "new_rank", "old_points", "new_points"}``;
    ranks are None for baselines and for who is not on that board. Only boards that may be told now
    are looked at, as they may be told.
    """
    with transaction.atomic():
        competition = Competition.objects.select_for_update().get(pk=rescoring.competition_id)
        digests = board_digests(competition)
        before = told_boards(competition)
        Rescoring.objects.filter(pk=rescoring.pk).update(state=Rescoring.State.PUBLISHED)
        _swap(rescoring, competition)
        after = told_boards(competition)
        transaction.set_rollback(True)
    boards = {split: _changes(before[split], after[split]) for split in after}
    return {"digests": digests, "boards": boards}


def publish_rescoring(*, rescoring: Rescoring) -> None:
    """Swap, sign and log. Needs a transaction that holds the competition's row.

    Raises:
        LostRace: it is not ``publishing`` any more.
    """
    competition = Competition.objects.select_for_update().get(pk=rescoring.competition_id)
    transition(
        rescoring,
        Rescoring.State.PUBLISHING,
        Rescoring.State.PUBLISHED,
        published_at=timezone.now(),
        lease_until=None,
        problem="",
        before=told_boards(competition),
    )
    _swap(rescoring, competition)
    # The log's lock comes after every other.
    announce_again(competition=competition)
    for target in _replaced(rescoring):
        announce_dataset(target.dataset, competition)
    log_rescoring(competition, versions=_versions(rescoring, competition))


def told_boards(competition: Competition) -> dict[str, Board]:
    """Return the boards that there are, best first, as they may be told now."""
    return {str(split): _told_board(competition, split) for split in boards_of(competition)}


def _swap(rescoring: Rescoring, competition: Competition) -> None:
    """Let labels and final scores of a published rescoring count, and write boards anew."""
    for target in _replaced(rescoring):
        Task.objects.filter(pk=target.task_id).update(dataset=target.dataset)
    _swap_finals(rescoring)
    replay_guard(competition=competition)
    for split in boards_of(competition):
        refresh_board(competition=competition, board=split)


def _replaced(rescoring: Rescoring) -> list[RescoringTask]:
    """Return the tasks whose labels are replaced."""
    targets = rescoring.targets.exclude(dataset=F("before"))
    return list(targets.select_related("dataset__task"))


def _swap_finals(rescoring: Rescoring) -> None:
    made = RescoredFinal.objects.filter(rescoring=rescoring)
    counting = FinalScore.objects.filter(submission=OuterRef("submission"), split=OuterRef("split"))
    made.update(
        **{old: _column(counting, name) for old, name in _OLD.items()},
        old_rule_version=_column(counting, "rule_version"),
    )
    new = made.filter(submission=OuterRef("submission"), split=OuterRef("split"))
    replaced = FinalScore.objects.filter(
        submission__in=made.values("submission"), participation__competition=rescoring.competition
    )
    replaced.update(**{name: _column(new, name) for name in _COLUMNS})


def _column(rows: QuerySet[Any], name: str) -> Subquery:
    return Subquery(rows.values(name)[:1])


def _told_board(competition: Competition, split: Split) -> Board:
    entries = LeaderboardEntry.objects.filter(competition=competition, board=split)
    related = entries.select_related("participation__user", "participation__team", "submission")
    in_order = related.order_by(F("final_score").desc(nulls_last=True), "submitted_at", "pk")
    rows = []
    for each in told_entries(in_order, competition):
        entry, interval = each.entry, each.told.interval
        rows.append(
            {
                "participation": entry.participation_id,
                "participant": printable(entry.participation.display_name),
                "is_baseline": entry.participation.is_baseline,
                "rank": entry.rank,
                "final_score": displayed(entry.final_score),
                "low": interval.low if interval else None,
                "high": interval.high if interval else None,
                "tasks": {
                    slug: displayed(cell.get("points")) for slug, cell in entry.tasks.items()
                },
                "submission_number": entry.submission.number,
                "submitted_at": entry.submitted_at.isoformat(),
            }
        )
    return rows


def _changes(before: Board, after: Board) -> Board:
    """Return who gets another place or other points, in the order of the new places."""
    old = {row["participation"]: row for row in before}
    new = {row["participation"]: row for row in after}
    gone = [row["participation"] for row in before if row["participation"] not in new]
    return [
        change
        for key in [*new, *gone]
        for change in [_change(old.get(key, {}), new.get(key, {}))]
        if (change["old_rank"], change["old_points"]) != (change["new_rank"], change["new_points"])
    ]


def _change(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    known = new or old
    return {
        "participant": known["participant"],
        "baseline": known["is_baseline"],
        "old_rank": old.get("rank"),
        "new_rank": new.get("rank"),
        "old_points": old.get("final_score"),
        "new_points": new.get("final_score"),
    }


def _versions(rescoring: Rescoring, competition: Competition) -> dict[str, Any]:
    targets = rescoring.targets.select_related("task", "dataset")
    return {
        "scorer": SCORER_VERSION,
        "datasets": [
            {
                "task": target.task.slug,
                "version": target.dataset.number,
                "commitments": dataset_commitments(target.dataset, competition.split_key),
            }
            for target in targets
        ],
    }

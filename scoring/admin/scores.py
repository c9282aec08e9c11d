"""Scores, boards and grants on the organizers' desk. Private numbers exist only after the close.

Before it, no list, page, filter or search of the admin reaches a private score, whoever asks:
the rows are not in any of these admins' querysets.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from common.text import printable
from competitions.admin.access import ReadOnlyAdmin
from competitions.admin.columns import coloured
from competitions.models import Competition
from scoring.guard import is_guarded, told_points
from scoring.models import AwardGrant, FinalScore, LeaderboardEntry, Split, TaskScore
from scoring.present_scores import COUNTED

_SPLIT_COLOURS = {"Public": "info", "Private": "success"}


def told_rows(rows: QuerySet[Any], *, split: str, competition_path: str) -> QuerySet[Any]:
    """Drop private rows of competitions that are not closed."""
    closed = Q(**{f"{competition_path}__state": Competition.State.CLOSED})
    return rows.filter(Q(**{split: Split.PUBLIC}) | closed)


def without_held_back(scores: QuerySet[TaskScore]) -> QuerySet[TaskScore]:
    """Drop scores that the Ladder holds back until the close; that a task failed is told."""
    held = FinalScore.objects.filter(
        submission=OuterRef("submission"),
        split=Split.PUBLIC,
        told=False,
        participation__competition__board_guard=Competition.Guard.LADDER,
    ).exclude(participation__competition__state=Competition.State.CLOSED)
    return scores.filter(Q(failed=True) | ~Exists(held))


@admin.register(TaskScore)
class TaskScoreAdmin(ReadOnlyAdmin):
    """Points per task. Private ones appear when the competition is closed.

    Public ones are told as they are to participants. No list is sorted by them: the order would
    tell digits that a guard rounds away.
    """

    competition_path = "task__competition"
    list_display = (
        "shown_submission",
        "task_title",
        "shown_split",
        "shown_value",
        "shown_points",
        "missing",
        "failed",
        "shown_dataset",
    )
    list_filter = (
        ("task__competition", admin.RelatedOnlyFieldListFilter),
        "split",
        "failed",
    )
    search_fields = ("submission__id", "submission__participation__user__username", "task__slug")
    fields = (
        ("shown_submission", "task_title"),
        ("shown_split", "shown_dataset"),
        ("shown_value", "shown_points"),
        ("rows", "missing", "failed"),
        ("error_code", "shown_error"),
        ("scorer_version", "created_at"),
    )
    readonly_fields = (
        "shown_submission",
        "task_title",
        "shown_split",
        "shown_dataset",
        "shown_value",
        "shown_points",
        "shown_error",
        "created_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaskScore]:
        """Return scores that may be told."""
        people = "submission__participation"
        rows = told_rows(
            super().get_queryset(request), split="split", competition_path="task__competition"
        ).filter(COUNTED)
        return without_held_back(rows).select_related(
            "task__competition", "dataset__task", f"{people}__user", f"{people}__team"
        )

    @admin.display(description="Submission")
    def shown_submission(self, score: TaskScore) -> str:
        """Name participant and number."""
        return str(score.submission)

    @admin.display(description="Task", ordering="task__title")
    def task_title(self, score: TaskScore) -> str:
        """Name the task."""
        return score.task.title

    @coloured(description="Split", ordering="split", colours=_SPLIT_COLOURS)
    def shown_split(self, score: TaskScore) -> str:
        """Name the split."""
        return Split(score.split).label

    @admin.display(description="Value")
    def shown_value(self, score: TaskScore) -> str:
        """Show the metric's own value."""
        hidden = score.value is None or is_guarded(score.task.competition)
        return "–" if hidden else f"{score.value:.4f}"

    @admin.display(description="Points")
    def shown_points(self, score: TaskScore) -> str:
        """Show points as boards do."""
        return f"{told_points(score.points, score.task.competition):.2f}"

    @admin.display(description="Dataset")
    def shown_dataset(self, score: TaskScore) -> str:
        """Name the dataset version."""
        return f"v{score.dataset.number}"

    @admin.display(description="Message")
    def shown_error(self, score: TaskScore) -> str:
        """Show text that may quote a stranger's."""
        return printable(score.error_message)


@admin.register(LeaderboardEntry)
class LeaderboardEntryAdmin(ReadOnlyAdmin):
    """The stored boards. The private one appears when the competition is closed."""

    list_display = ("shown_rank", "participant", "competition_title", "board", "shown_score")
    list_filter = (("competition", admin.RelatedOnlyFieldListFilter), "board")
    search_fields = ("participation__user__username", "participation__team__name")
    fields = (
        ("participant", "competition_title"),
        ("board", "shown_rank"),
        ("shown_score", "shown_submission"),
        "shown_tasks",
        ("submitted_at", "updated_at"),
    )
    readonly_fields = (
        "participant",
        "competition_title",
        "shown_rank",
        "shown_score",
        "shown_submission",
        "shown_tasks",
        "updated_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[LeaderboardEntry]:
        """Return rows that may be told."""
        rows = told_rows(
            super().get_queryset(request), split="board", competition_path="competition"
        )
        people = "submission__participation"
        return rows.select_related(
            "competition",
            "participation__user",
            "participation__team",
            f"{people}__user",
            f"{people}__team",
        )

    @admin.display(description="Rank", ordering="rank")
    def shown_rank(self, entry: LeaderboardEntry) -> str:
        """Show the rank; baselines have none."""
        return "–" if entry.rank is None else str(entry.rank)

    @admin.display(description="Participant")
    def participant(self, entry: LeaderboardEntry) -> str:
        """Show the name that boards show."""
        return entry.participation.display_name

    @admin.display(description="Competition", ordering="competition__title")
    def competition_title(self, entry: LeaderboardEntry) -> str:
        """Name the competition."""
        return entry.competition.title

    @admin.display(description="Final score", ordering="final_score")
    def shown_score(self, entry: LeaderboardEntry) -> str:
        """Show points as boards do."""
        return "–" if entry.final_score is None else f"{entry.final_score:.2f}"

    @admin.display(description="Submission")
    def shown_submission(self, entry: LeaderboardEntry) -> str:
        """Name the counting submission."""
        return str(entry.submission)

    @admin.display(description="Points per task")
    def shown_tasks(self, entry: LeaderboardEntry) -> str:
        """List points per task."""
        return "\n".join(
            f"{slug}: {'failed' if row.get('failed') else format(row.get('points') or 0, '.2f')}"
            for slug, row in entry.tasks.items()
        )


@admin.register(AwardGrant)
class AwardGrantAdmin(ReadOnlyAdmin):
    """Who got what: frozen and signed at the close."""

    competition_path = "award__competition"
    list_display = ("shown_award", "participant", "rank", "competition_title", "granted_at")
    list_filter = (("award__competition", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("award__title", "participation__user__username", "participation__team__name")
    fields = (
        ("shown_award", "competition_title"),
        ("participant", "rank"),
        "reason",
        ("key_id", "granted_at"),
    )
    readonly_fields = ("shown_award", "competition_title", "participant", "granted_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AwardGrant]:
        """Load what the list names; there is nothing before the close."""
        rows: QuerySet[AwardGrant] = super().get_queryset(request)
        closed = rows.filter(award__competition__state=Competition.State.CLOSED)
        return closed.select_related(
            "award__competition", "participation__user", "participation__team"
        )

    @admin.display(description="Award")
    def shown_award(self, grant: AwardGrant) -> str:
        """Name the award."""
        return grant.award.title

    @admin.display(description="Participant")
    def participant(self, grant: AwardGrant) -> str:
        """Show the name that boards show."""
        return grant.participation.display_name

    @admin.display(description="Competition")
    def competition_title(self, grant: AwardGrant) -> str:
        """Name the competition."""
        return grant.award.competition.title

"""Gathers what the awards engine reads of a closed competition: contenders, terms, policy.

The latency and memory of a contender are those of the runs whose predictions count, as the platform
measured them; latency is that of the slowest task, and unknown where a task has none. Of a run of
participants' own code the worker measured memory alone.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.models import User
from accounts.selectors import verified_users
from competitions.guarantees import CODE_FORMATS
from competitions.kinds.metric_facts import METRIC_FACTS
from competitions.models import Award, Competition, Nomination, Participation, Ruling, Task
from scoring.aggregate import points_of
from scoring.awards.facts import Contender, GroupPoints
from scoring.awards.terms import Nominated, Policy, Terms
from scoring.models import FinalScore, LeaderboardEntry, Split, TaskScore
from scoring.present_scores import present_task_scores


def policy_of(competition: Competition) -> Policy:
    """Return what the competition asks of all who win."""
    return Policy(
        verified_address=competition.verified_address_required,
        declared_data=competition.declared_data_required,
    )


def terms_of(competition: Competition) -> list[Terms]:
    """Return the awards in their order, with the names that organizers gave."""
    awards = competition.awards.select_related("task").prefetch_related("nominations")
    return [_terms(award, award.nominations.all()) for award in awards]


def _terms(award: Award, nominations: Iterable[Nomination]) -> Terms:
    return Terms(
        slug=award.slug,
        title=award.title,
        rule=award.rule,
        first=award.rank_from,
        last=award.rank_to,
        task=award.task.slug if award.task else "",
        task_title=award.task.title if award.task else "",
        slice_name=award.slice_name,
        max_parameters=award.max_parameters,
        max_latency_ms=award.max_latency_ms,
        max_memory_bytes=award.max_memory_bytes,
        no_extra_data=award.no_extra_data,
        ties=award.ties,
        amount=award.prize_amount,
        currency=award.prize_currency,
        group=award.group,
        nominations={
            each.participation_id: Nominated(place=each.place, reason=each.reason)
            for each in nominations
        },
    )


def contenders_of(
    competition: Competition, *, only: Participation | None = None
) -> list[Contender]:
    """Return everybody who took part, with or without a place on the private board.

    ``only`` asks for one of them. Takes a fixed number of queries. Private points are among the
    facts: for the time after the close only.
    """
    people = _People(competition, only)
    board = LeaderboardEntry.objects.filter(
        participation__in=[each.pk for each in people.participations], board=Split.PRIVATE
    )
    entries = {entry.participation_id: entry for entry in board.select_related("submission")}
    scores = _scores(entries.values())
    first = _first_points(competition)
    found = []
    for participation in people.participations:
        facts = people.facts(participation)
        entry = entries.get(participation.pk)
        if entry is None:
            found.append(Contender(**facts, on_board=False, submitted_at=participation.joined_at))
            continue
        found.append(
            Contender(
                **facts,
                **_standing(entry, first.get(participation.pk)),
                **_measured(entry, scores.get(entry.submission_id, [])),
            )
        )
    return found


class _People:
    """Who they are and how they stand with the competition, for all participations at once."""

    def __init__(self, competition: Competition, only: Participation | None) -> None:
        rows = competition.participations.select_related("user", "team")
        rows = rows if only is None else rows.filter(pk=only.pk)
        self.participations = list(rows.prefetch_related("team__members"))
        members = {user.pk for each in self.participations for user in _members(each)}
        self._organizers = set(competition.organizers.values_list("pk", flat=True))
        self._verified = verified_users(members)
        self._rulings = {
            ruling.participation_id: ruling.reason
            for ruling in Ruling.objects.filter(
                participation__competition=competition, verdict=Ruling.Verdict.DISQUALIFIED
            )
        }

    def facts(self, participation: Participation) -> dict[str, Any]:
        """Return the part of a contender that is about people."""
        members = _members(participation)
        return {
            "key": participation.pk,
            "name": participation.display_name,
            "state": participation.state,
            "ruling": self._rulings.get(participation.pk, ""),
            "is_baseline": participation.is_baseline,
            "organizes": any(user.pk in self._organizers or user.is_superuser for user in members),
            "rules_accepted": participation.rules_accepted_at is not None,
            "unverified": tuple(user.username for user in members if user.pk not in self._verified),
        }


def _members(participation: Participation) -> list[User]:
    if participation.team is not None:
        return sorted(participation.team.members.all(), key=lambda user: user.username)
    return [participation.user] if participation.user else []


def _standing(entry: LeaderboardEntry, first: tuple[uuid.UUID, float] | None) -> dict[str, Any]:
    improved = first is not None and first[0] != entry.submission_id
    cells = entry.tasks.items()
    return {
        "submitted_at": entry.submitted_at,
        "final_points": entry.final_score,
        "task_points": {
            slug: None if cell.get("failed") else cell.get("points") for slug, cell in cells
        },
        "first_points": first[1] if first is not None and improved else None,
        "rank": entry.rank,
        "rank_best": entry.rank_best,
        "rank_worst": entry.rank_worst,
    }


def _measured(entry: LeaderboardEntry, scores: list[TaskScore]) -> dict[str, Any]:
    submission = entry.submission
    runs = {each.predictions.run_id: each.predictions.run for each in scores if each.predictions}
    code = submission.format in CODE_FORMATS
    return {
        "parameters": submission.parameters,
        "latency_ms": None if code else _most(list(map(_latency, scores))),
        "memory_bytes": _most([run.usage.get("peak_memory_bytes") for run in runs.values()]),
        "training_data": str(submission.declared.get("training_data", "")),
        "extra_data": str(submission.declared.get("extra_data", "")),
        "group_points": _group_points(scores),
    }


def _latency(score: TaskScore) -> float | None:
    if score.predictions is None:
        return None
    rows = [row for row in score.predictions.run.tasks.all() if row.task_id == score.task_id]
    return rows[0].report.get("latency_p95_ms") if rows else None


def _most(figures: Sequence[Any]) -> Any:
    """Return the largest figure, None where one is not known: that one could be the largest."""
    return None if not figures or None in figures else max(figures)


def _group_points(scores: Iterable[TaskScore]) -> GroupPoints:
    found = {}
    for score in scores:
        for name, told in score.details.get("slices", {}).items():
            points = {
                group["value"]: _points(score.task, group["score"]) for group in told["groups"]
            }
            found[score.task.slug, name] = points
    return found


def _points(task: Task, value: float) -> float:
    return points_of(
        value, facts=METRIC_FACTS[task.metric], baseline=task.baseline, ceiling=task.ceiling
    )


def _scores(entries: Iterable[LeaderboardEntry]) -> Mapping[uuid.UUID, list[TaskScore]]:
    present = present_task_scores([entry.submission_id for entry in entries], Split.PRIVATE)
    with_runs = TaskScore.objects.filter(pk__in=[score.pk for score in present.values()])
    found = defaultdict(list)
    for score in with_runs.select_related("task", "predictions__run").prefetch_related(
        "predictions__run__tasks"
    ):
        found[score.submission_id].append(score)
    return found


def _first_points(competition: Competition) -> dict[int, tuple[uuid.UUID, float]]:
    """Return for each participation its first submission with a private score, and its points."""
    scores = FinalScore.objects.filter(
        participation__competition=competition, split=Split.PRIVATE, submission__state="scored"
    ).order_by("submission__created_at", "submission_id")
    found: dict[int, tuple[uuid.UUID, float]] = {}
    rows: Iterable[tuple[int, uuid.UUID, float]] = scores.values_list(
        "participation_id", "submission_id", "points"
    )
    for participation, submission, points in rows:
        found.setdefault(participation, (submission, points))
    return found

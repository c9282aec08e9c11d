"""A competition on its way through the close, for tests of ceremonies, pages and exports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from competitions.models import Award, Competition, Participation, Task, Team, TeamMember
from scoring.models import Ceremony, FinalScore, Split, TaskScore
from submissions.models import Predictions, RunTask, Submission
from tests import factories


def cup(**fields: Any) -> tuple[Competition, Task]:
    """Make a published competition with the task ``films``, whose results stay provisional."""
    competition = factories.competition(
        **{"slug": "cup", "title": "Cup", "dispute_days": 7, **fields}
    )
    return competition, factories.task(competition, slug="films", title="Films")


def award(competition: Competition, slug: str = "gold", **fields: Any) -> Award:
    """Announce an award."""
    fields.setdefault("title", slug.title())
    fields.setdefault("rule", "overall_rank")
    return Award.objects.create(competition=competition, slug=slug, **fields)


def enter(
    task: Task,
    name: str,
    points: float,
    *,
    participation: Participation | None = None,
    members: tuple[str, ...] = (),
    details: dict[str, Any] | None = None,
    report: dict[str, Any] | None = None,
    usage: dict[str, Any] | None = None,
    failed: bool = False,
    **fields: Any,
) -> Submission:
    """Enter somebody (a team of ``members``, if any) with a scored submission of one task."""
    if participation is None:
        participation = _entered(task.competition, name, members)
    fields.setdefault("format", "transformers")
    submission = factories.submission(participation, state="scored", **fields)
    run = factories.run(submission, state="done", usage=usage or {})
    RunTask.objects.filter(run=run).update(state="ok", report=report or {})
    assert task.dataset is not None
    predictions = Predictions.objects.create(
        run=run, task=task, dataset=task.dataset, sha256=f"{run.pk:064x}", size=1
    )
    for split in Split:
        TaskScore.objects.create(
            submission=submission,
            predictions=None if failed else predictions,
            task=task,
            dataset=task.dataset,
            split=split,
            scorer_version="1",
            value=None if failed else points / 100,
            points=0 if failed else points,
            failed=failed,
            rows=20,
            details=details or {},
        )
        FinalScore.objects.create(
            submission=submission,
            participation=participation,
            split=split,
            points=0 if failed else points,
            rule_version="1",
        )
    return submission


def let_window_pass(competition: Competition) -> None:
    """Move the end of the window for disputes into the past."""
    Ceremony.objects.filter(competition=competition).update(
        disputes_until=timezone.now() - timedelta(seconds=1)
    )


def _entered(competition: Competition, name: str, members: tuple[str, ...]) -> Participation:
    if not members:
        return factories.participation(competition, user=factories.user(username=name))
    team = Team.objects.create(competition=competition, name=name)
    for member in members:
        TeamMember.objects.create(
            team=team, user=factories.user(username=member), competition=competition
        )
    return factories.participation(competition, team=team)

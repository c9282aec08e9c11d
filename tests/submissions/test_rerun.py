"""Organizers may have a submission run once more."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from common.errors import Conflict, Forbidden
from competitions.models import Competition
from submissions.models import Run, Submission
from submissions.services.rerun import rerun
from tests import factories

pytestmark = pytest.mark.django_db


def verdict(state: str) -> Submission:
    competition = factories.competition()
    factories.task(competition)
    made = factories.submission(
        factories.participation(competition),
        state=state,
        error_code="x",
        ended_at=timezone.now(),
    )
    factories.run(made, state=Run.State.DONE, attempt=3)
    return made


@pytest.mark.parametrize("state", ["scored", "failed"])
def test_a_rerun_is_a_new_run_over_all_tasks(
    state: str,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("submissions.queue._enqueue", lambda *job: asked.append(job))
    submission = verdict(state)
    with django_capture_on_commit_callbacks(execute=True):
        run = rerun(submission=submission, by=factories.organizer(submission.competition))
    assert (run.attempt, run.state, run.tasks.count()) == (4, Run.State.QUEUED, 1)
    assert ("cpu", "infer", run.pk) in asked
    submission.refresh_from_db()
    assert submission.state == Submission.State.QUEUED
    assert (submission.error_code, submission.ended_at) == ("", None)


@pytest.mark.parametrize(
    "state", ["received", "validating", "queued", "running", "scoring", "refused", "cancelled"]
)
def test_what_has_no_verdict_of_a_run_is_not_rerun(state: str) -> None:
    submission = verdict(state)
    with pytest.raises(Conflict) as caught:
        rerun(submission=submission, by=factories.organizer(submission.competition))
    assert caught.value.code == "not_rerunnable"
    assert submission.runs.count() == 1


def test_after_the_close_results_stand() -> None:
    submission = verdict("scored")
    Competition.objects.update(state="closed", closed_at=timezone.now())
    submission = Submission.objects.get(pk=submission.pk)
    with pytest.raises(Conflict) as caught:
        rerun(submission=submission, by=factories.organizer(submission.competition))
    assert caught.value.code == "competition_closed"


def test_a_close_that_came_between_is_seen() -> None:
    submission = verdict("scored")
    assert submission.competition.state == "published"
    Competition.objects.update(state="closed", closed_at=timezone.now())
    with pytest.raises(Conflict) as caught:
        rerun(submission=submission, by=factories.organizer(submission.competition))
    assert caught.value.code == "competition_closed"


def test_participants_can_not_rerun() -> None:
    submission = verdict("scored")
    with pytest.raises(Forbidden) as caught:
        rerun(submission=submission, by=submission.submitted_by)
    assert caught.value.code == "organizers_only"

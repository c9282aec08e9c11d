"""A submission without a verdict can be taken back, and its worker is told to stop."""

from __future__ import annotations

import pytest

from common.errors import Conflict, Forbidden
from submissions.models import Run, Submission
from submissions.services.cancel import cancel
from tests import factories

pytestmark = pytest.mark.django_db


def entered(state: str) -> Submission:
    return factories.submission(factories.participation(factories.competition()), state=state)


@pytest.mark.parametrize("state", ["received", "validating", "queued", "running"])
def test_what_has_no_verdict_can_be_cancelled(state: str) -> None:
    submission = entered(state)
    done = cancel(submission=submission, by=submission.submitted_by)
    assert done.state == Submission.State.CANCELLED
    assert done.ended_at is not None


@pytest.mark.parametrize("state", ["scoring", "scored", "failed", "refused", "cancelled"])
def test_what_has_a_verdict_stays(state: str) -> None:
    submission = entered(state)
    with pytest.raises(Conflict) as caught:
        cancel(submission=submission, by=submission.submitted_by)
    assert caught.value.code == "not_cancellable"
    submission.refresh_from_db()
    assert submission.state == state


@pytest.mark.parametrize("state", ["queued", "running"])
def test_the_live_run_ends_with_its_submission(state: str) -> None:
    submission = entered(state)
    run = factories.run(submission, state=state, lease_token="held")
    cancel(submission=submission, by=submission.submitted_by)
    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    assert run.lease_until is None


def test_the_state_counts_that_is_stored_and_not_the_one_in_memory() -> None:
    submission = entered("queued")
    Submission.objects.update(state="scored")
    with pytest.raises(Conflict):
        cancel(submission=submission, by=submission.submitted_by)


def test_organizers_may_cancel_and_strangers_may_not() -> None:
    submission = entered("queued")
    with pytest.raises(Forbidden):
        cancel(submission=submission, by=factories.user())
    with pytest.raises(Forbidden):
        cancel(submission=submission, by=factories.organizer(factories.competition()))
    organizer = factories.organizer(submission.competition)
    assert cancel(submission=submission, by=organizer).state == Submission.State.CANCELLED

"""Phases, quotas and double content, as texts and codes say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from common.errors import Conflict, DomainError, Forbidden, LimitExceeded, NotFound
from competitions.models import Competition, Participation, Phase
from submissions.limits import (
    check_may_submit,
    check_new_content,
    entered,
    quota,
    upload_limits,
)
from submissions.models import Run, Submission
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def contest(**phase: object) -> Participation:
    """Make a participation in a competition whose only phase is open around NOON."""
    competition = factories.competition()
    competition.phases.all().delete()
    phase.setdefault("starts_at", NOON - timedelta(days=2))
    phase.setdefault("ends_at", NOON + timedelta(days=2))
    factories.phase(competition, **phase)
    return factories.participation(competition)


def entry(owner: Participation, *, at: datetime = NOON, **fields: object) -> Submission:
    made = factories.submission(owner, **fields)
    Submission.objects.filter(pk=made.pk).update(created_at=at)
    return made


def refusal(owner: Participation, now: datetime = NOON) -> DomainError:
    with pytest.raises(DomainError) as caught:
        check_may_submit(owner, now)
    return caught.value


def test_an_open_phase_takes_submissions() -> None:
    owner = contest()
    assert check_may_submit(owner, NOON) == owner.competition.phases.get()


def test_after_the_end_the_text_says_when_it_ended_and_what_comes() -> None:
    owner = contest(title="Warm-up", ends_at=NOON - timedelta(hours=1))
    error = refusal(owner)
    assert isinstance(error, Conflict)
    assert error.code == "phase_closed"
    assert error.message == "The phase “Warm-up” ended on 2026-11-23 11:00 UTC."
    start = NOON + timedelta(days=1)
    factories.phase(
        owner.competition, title="Final", starts_at=start, ends_at=start + timedelta(days=1)
    )
    assert refusal(owner).message.endswith("“Final” starts on 2026-11-24 12:00 UTC.")


def test_a_phase_ends_at_its_very_end() -> None:
    owner = contest(ends_at=NOON)
    assert check_may_submit(owner, NOON - timedelta(microseconds=1)) is not None
    assert refusal(owner, NOON).code == "phase_closed"


def test_before_the_first_phase_nothing_is_taken() -> None:
    error = refusal(contest(starts_at=NOON + timedelta(hours=1)))
    assert error.code == "phase_not_started"
    assert "2026-11-23 13:00 UTC" in error.message


def test_without_a_phase_nothing_is_taken() -> None:
    owner = contest()
    Phase.objects.all().delete()
    assert refusal(owner).code == "phase_closed"


def test_the_daily_limit_names_itself_and_the_next_chance() -> None:
    owner = contest(daily_limit=1)
    entry(owner, state="scored")
    error = refusal(owner)
    assert isinstance(error, LimitExceeded)
    assert error.code == "daily_limit"
    assert "allows 1 submissions a day" in error.message
    assert error.message.endswith("The next is possible from 2026-11-24 00:00 UTC.")
    assert check_may_submit(owner, NOON + timedelta(hours=12)) is not None


def test_on_the_last_day_no_next_chance_is_promised() -> None:
    owner = contest(daily_limit=1, ends_at=NOON + timedelta(hours=3))
    entry(owner, state="scored")
    assert "ends on 2026-11-23 15:00 UTC, before the next day" in refusal(owner).message


def test_the_total_limit_holds_over_days() -> None:
    owner = contest(total_limit=1)
    entry(owner, state="scored", at=NOON - timedelta(days=1))
    assert refusal(owner).code == "total_limit"


def test_submissions_of_another_phase_do_not_count() -> None:
    owner = contest(total_limit=1)
    earlier = factories.phase(
        owner.competition,
        starts_at=NOON - timedelta(days=9),
        ends_at=NOON - timedelta(days=2),
    )
    entry(owner, state="scored", phase=earlier)
    assert check_may_submit(owner, NOON) is not None


@pytest.mark.parametrize("state", ["received", "validating", "queued", "running", "scoring"])
def test_unfinished_submissions_are_bounded(state: str) -> None:
    owner = contest(concurrent_limit=1)
    entry(owner, state=state)
    assert refusal(owner).code == "concurrent_limit"


@pytest.mark.parametrize(
    ("state", "error_code", "ran", "charged"),
    [
        ("scored", "", True, True),
        ("failed", "timeout", True, True),
        ("failed", "platform_fault", True, False),
        ("refused", "bad_path", False, False),
        ("cancelled", "", False, False),
        ("cancelled", "", True, True),
    ],
)
def test_what_is_charged(state: str, error_code: str, ran: bool, charged: bool) -> None:
    owner = contest()
    made = entry(owner, state=state, error_code=error_code)
    started = timezone.now() if ran else None
    factories.run(made, state=Run.State.CANCELLED, started_at=started)
    used = quota(owner, owner.competition.phases.get(), NOON)
    assert (used.today, used.in_phase) == (int(charged), int(charged))


def test_a_run_that_we_lost_does_not_charge_a_cancelled_submission() -> None:
    owner = contest()
    made = entry(owner, state="cancelled")
    factories.run(made, state=Run.State.LOST, started_at=NOON)
    assert quota(owner, owner.competition.phases.get(), NOON).in_phase == 0


def test_baselines_skip_phases_and_quotas_but_not_the_close() -> None:
    owner = contest(ends_at=NOON - timedelta(hours=1))
    owner.is_baseline = True
    assert check_may_submit(owner, NOON) is None
    owner.competition.state = Competition.State.CLOSED
    assert refusal(owner).code == "competition_closed"


def test_the_same_content_names_the_earlier_number() -> None:
    owner = contest()
    entry(owner)
    second = entry(owner)
    with pytest.raises(Conflict, match="submission 2") as caught:
        check_new_content(owner, second.manifest_sha256)
    assert caught.value.code == "duplicate_submission"


def test_cancelled_content_may_come_again() -> None:
    owner = contest()
    made = entry(owner, state="cancelled")
    check_new_content(owner, made.manifest_sha256)


def test_who_has_not_joined_is_told_so() -> None:
    with pytest.raises(Forbidden) as caught:
        entered(factories.user(), factories.competition())
    assert caught.value.code == "not_joined"


def test_a_draft_is_not_told_to_exist() -> None:
    with pytest.raises(NotFound):
        entered(factories.user(), factories.competition(state="draft"))


@pytest.mark.parametrize("state", ["withdrawn", "disqualified"])
def test_who_is_out_can_not_submit(state: str) -> None:
    owner = factories.participation(factories.competition(), state=state)
    assert owner.user is not None
    with pytest.raises(Forbidden) as caught:
        entered(owner.user, owner.competition)
    assert caught.value.code == state


def test_limits_of_files_are_the_competitions() -> None:
    competition = factories.competition(max_upload_bytes=10, max_files=3, allowed_formats=["onnx"])
    limits = upload_limits(competition)
    assert (limits.max_bytes, limits.max_file_bytes, limits.max_files) == (10, 10, 3)
    assert ".onnx" in limits.allowed_suffixes
    assert ".safetensors" not in limits.allowed_suffixes


def test_what_is_left_today_is_bounded_by_the_phase() -> None:
    owner = contest(daily_limit=5, total_limit=3)
    entry(owner, state="scored", at=NOON - timedelta(days=1))
    entry(owner, state="scored")
    assert quota(owner, owner.competition.phases.get(), NOON).left_today == 1

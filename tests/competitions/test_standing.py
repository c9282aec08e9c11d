"""The one line that says where a competition stands."""

from datetime import timedelta

import pytest
from django.utils import timezone

from competitions.models import Competition
from competitions.standing import standing
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_an_open_phase_comes_first() -> None:
    competition = factories.competition()
    found = standing(competition, timezone.now())
    assert (found.badge, found.verb) == ("Development", "ends")
    assert found.phase == competition.phases.get()
    assert found.moment == competition.phases.get().ends_at


def test_before_the_first_phase_the_opening_is_told() -> None:
    competition = factories.competition()
    start = competition.phases.get().starts_at
    found = standing(competition, start - DAY)
    assert (found.badge, found.moment, found.phase) == ("Upcoming", start, None)


def test_after_the_last_phase_results_are_awaited() -> None:
    competition = factories.competition()
    end = competition.phases.get().ends_at
    found = standing(competition, end)
    assert (found.badge, found.moment) == ("Awaiting results", end)


def test_drafts_and_closed_ones_say_so() -> None:
    now = timezone.now()
    assert standing(factories.competition(state="draft"), now).badge == "Draft"
    closed = factories.competition(state="closed", closed_at=now)
    assert (standing(closed, now).badge, standing(closed, now).moment) == ("Closed", now)


def test_without_phases_dates_follow() -> None:
    bare = Competition.objects.create(slug="bare", title="Bare", state="published")
    assert standing(bare, timezone.now()).badge == "Announced"

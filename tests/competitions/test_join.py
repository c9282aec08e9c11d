"""Who may enter a competition, and as what."""

from __future__ import annotations

import pytest
from django.utils import timezone

from common.errors import Conflict, DomainError, Forbidden, NotFound
from competitions.models import Participation, Team, TeamMember
from competitions.services.join import join
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_user_joins_once() -> None:
    competition, user = factories.competition(), factories.user()
    first, created = join(competition=competition, user=user, accept_rules=True)
    again, created_again = join(competition=competition, user=user, accept_rules=True)
    assert (created, created_again) == (True, False)
    assert first == again
    assert not first.is_baseline


def test_the_rules_must_be_accepted() -> None:
    with pytest.raises(DomainError) as caught:
        join(competition=factories.competition(), user=factories.user(), accept_rules=False)
    assert (caught.value.code, caught.value.field) == ("rules_not_accepted", "accept_rules")
    assert not Participation.objects.exists()


def test_a_draft_does_not_exist_for_others() -> None:
    with pytest.raises(NotFound):
        join(
            competition=factories.competition(state="draft"),
            user=factories.user(),
            accept_rules=True,
        )


@pytest.mark.parametrize("state", ["draft", "published"])
def test_an_organizer_enters_a_baseline(state: str) -> None:
    competition = factories.competition(state=state)
    for organizer in (factories.organizer(competition), factories.user(is_superuser=True)):
        made, _ = join(competition=competition, user=organizer, accept_rules=True)
        assert made.is_baseline


def test_an_organizer_of_another_competition_is_a_participant_here() -> None:
    other = factories.organizer(factories.competition())
    made, _ = join(competition=factories.competition(), user=other, accept_rules=True)
    assert not made.is_baseline


def test_a_closed_competition_takes_nobody() -> None:
    competition = factories.competition(state="closed", closed_at=timezone.now())
    with pytest.raises(Conflict) as caught:
        join(competition=competition, user=factories.user(), accept_rules=True)
    assert caught.value.code == "competition_closed"


def test_who_withdrew_may_return_but_must_accept_the_rules_anew() -> None:
    entered = factories.participation(factories.competition(), state="withdrawn")
    assert entered.user is not None
    with pytest.raises(DomainError):
        join(competition=entered.competition, user=entered.user, accept_rules=False)
    again, created = join(competition=entered.competition, user=entered.user, accept_rules=True)
    assert (again.pk, again.state, created) == (entered.pk, "active", False)
    assert again.rules_accepted_at > entered.rules_accepted_at


def test_who_was_disqualified_may_not_return() -> None:
    entered = factories.participation(factories.competition(), state="disqualified")
    assert entered.user is not None
    with pytest.raises(Forbidden):
        join(competition=entered.competition, user=entered.user, accept_rules=True)


def test_a_member_of_a_team_takes_part_already() -> None:
    competition, member = factories.competition(), factories.user()
    team = Team.objects.create(competition=competition, name="Two")
    TeamMember.objects.create(team=team, user=member, competition=competition)
    entered = factories.participation(competition, user=None, team=team)
    found, created = join(competition=competition, user=member, accept_rules=True)
    assert (found, created) == (entered, False)

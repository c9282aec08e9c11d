"""One submission of a participation counts at the close; which one is the participant's choice."""

from __future__ import annotations

import pytest
from django.utils import timezone

from common.errors import Conflict, Forbidden
from competitions.models import Competition, Participation, Team, TeamMember
from submissions.services.select_final import select_final
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Participation:
    return factories.participation(factories.competition())


def chosen(owner: Participation) -> list[int]:
    return list(owner.submissions.filter(selected_final=True).values_list("number", flat=True))


def test_another_choice_replaces_the_first(owner: Participation) -> None:
    assert owner.user is not None
    for _ in range(2):
        made = factories.submission(owner, state="scored")
        assert select_final(submission=made, by=owner.user).selected_final
        assert chosen(owner) == [made.number]


def test_others_choices_stay(owner: Participation) -> None:
    other = factories.participation(owner.competition)
    for each in (owner, other):
        made = factories.submission(each, state="scored")
        select_final(submission=made, by=made.submitted_by)
    assert chosen(owner) == chosen(other) == [1]


@pytest.mark.parametrize("state", ["received", "queued", "failed", "refused", "cancelled"])
def test_only_a_scored_submission_can_be_chosen(owner: Participation, state: str) -> None:
    made = factories.submission(owner, state=state)
    with pytest.raises(Conflict) as caught:
        select_final(submission=made, by=made.submitted_by)
    assert caught.value.code == "not_scored"


def test_after_the_close_the_choice_stands(owner: Participation) -> None:
    made = factories.submission(owner, state="scored")
    Competition.objects.update(state="closed", closed_at=timezone.now())
    with pytest.raises(Conflict) as caught:
        select_final(submission=made, by=made.submitted_by)
    assert caught.value.code == "competition_closed"


def test_only_its_own_people_choose(owner: Participation) -> None:
    made = factories.submission(owner, state="scored")
    for other in (factories.user(), factories.organizer(owner.competition)):
        with pytest.raises(Forbidden):
            select_final(submission=made, by=other)


def test_every_member_of_a_team_may_choose() -> None:
    competition = factories.competition()
    team = Team.objects.create(competition=competition, name="Two")
    members = [factories.user() for _ in range(2)]
    for member in members:
        TeamMember.objects.create(team=team, user=member, competition=competition)
    made = factories.submission(
        factories.participation(competition, user=None, team=team), state="scored"
    )
    for member in members:
        assert select_final(submission=made, by=member).selected_final

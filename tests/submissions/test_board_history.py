"""Best scores over time: what is drawn was once on the board, and nothing else is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import DjangoAssertNumQueries

from competitions.models import Competition, Participation
from scoring.models import FinalScore, Split
from scoring.services.leaderboard import refresh_board
from submissions.models import Submission
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/competitions/cup/leaderboard/over-time/"
START = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def competition() -> Competition:
    made = factories.competition(slug="cup")
    factories.task(made, slug="films")
    return made


def person(competition: Competition, name: str, **fields: bool) -> Participation:
    return factories.participation(competition, user=factories.user(username=name), **fields)


def scored(owner: Participation, points: float, *, day: int, came: int | None = None) -> Submission:
    """Enter a submission on a day; its score came ``came`` days after the start."""
    made = factories.submission(owner, state="scored")
    entered = START + timedelta(days=day)
    ended = START + timedelta(days=day if came is None else came, hours=1)
    Submission.objects.filter(pk=made.pk).update(created_at=entered, ended_at=ended)
    for split, shift in ((Split.PUBLIC, 0.0), (Split.PRIVATE, -1.5)):
        FinalScore.objects.create(
            submission=made,
            participation=owner,
            split=split,
            points=points + shift,
            rule_version="1",
        )
    refresh_board(competition=owner.competition, board=Split.PUBLIC)
    return made


def close(competition: Competition) -> None:
    refresh_board(competition=competition, board=Split.PRIVATE)
    competition.state = Competition.State.CLOSED
    competition.closed_at = START + timedelta(days=30)
    competition.save()


def text_of(client: Client) -> str:
    return " ".join(client.get(PAGE).content.decode().split())


def rows_of(client: Client) -> list[str]:
    body = text_of(client).split("<tbody>")[1].split("</tbody>")[0]
    return body.split("<tr>")[1:]


def test_a_submission_that_never_led_its_participation_is_told_nobody(
    client: Client, competition: Competition
) -> None:
    ann = person(competition, "ann")
    scored(ann, 61.25, day=1)
    scored(ann, 47.31, day=2)
    scored(ann, 72.5, day=3)
    scored(ann, 66.66, day=0, came=9)
    seen = text_of(client)
    assert "61.25" in seen and "72.50" in seen
    assert "47.31" not in seen and "66.66" not in seen
    assert len(rows_of(client)) == 2
    assert seen.count('<circle class="at ') == 2


def test_the_best_of_all_rises_by_whoever_leads_and_never_by_a_baseline(
    client: Client, competition: Competition
) -> None:
    ann, bob = person(competition, "ann"), person(competition, "bob")
    base = person(competition, "base", is_baseline=True)
    scored(base, 90.0, day=1)
    scored(ann, 50.0, day=2)
    scored(bob, 60.0, day=3)
    scored(ann, 55.0, day=4)
    told = [(row.count("<td>yes"), "base" in row) for row in rows_of(client)]
    assert told == [(0, False), (1, False), (1, False), (0, True)]
    assert "The best of all rose from 50.00 to 60.00 points" in text_of(client)


def test_private_points_come_with_the_close_as_diamonds(
    client: Client, competition: Competition
) -> None:
    ann = person(competition, "ann")
    scored(ann, 61.25, day=1)
    refresh_board(competition=competition, board=Split.PRIVATE)
    assert "59.75" not in text_of(client) and 'class="final' not in text_of(client)
    close(competition)
    assert "at the close 59.75" in text_of(client)
    assert text_of(client).count('<path class="final ') == 1


def test_who_left_the_board_is_not_drawn(client: Client, competition: Competition) -> None:
    ann, bob = person(competition, "ann"), person(competition, "bob")
    scored(ann, 61.25, day=1)
    scored(bob, 50.0, day=2)
    Participation.objects.filter(pk=ann.pk).update(state="withdrawn")
    refresh_board(competition=competition, board=Split.PUBLIC)
    assert "61.25" not in text_of(client)
    assert "bob" in text_of(client)


def test_ones_own_line_is_drawn_beyond_the_ten_best(
    client: Client, competition: Competition
) -> None:
    people = [person(competition, f"p{number}") for number in range(12)]
    for number, each in enumerate(people):
        scored(each, 90.0 - number, day=number)
    assert text_of(client).count('<polyline class="line other"') == 10
    last = people[-1]
    assert last.user is not None
    client.force_login(last.user)
    seen = text_of(client)
    assert seen.count('<polyline class="line mine"') == 1
    assert "p11 <span" in seen and "p10 " not in seen


def test_no_second_at_which_a_run_ended_is_told(client: Client, competition: Competition) -> None:
    ann = person(competition, "ann")
    made = scored(ann, 61.25, day=1)
    Submission.objects.update(ended_at=START + timedelta(days=1, minutes=17, seconds=43))
    made.refresh_from_db()
    assert "12:17" not in text_of(client) and ":43" not in text_of(client)


def test_the_page_takes_as_many_queries_for_many_as_for_few(
    client: Client, competition: Competition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scored(person(competition, "ann"), 61.25, day=1)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for number in range(5):
        scored(person(competition, f"p{number}"), 50.0 + number, day=2 + number)
    with django_assert_num_queries(len(few)):
        client.get(PAGE)


def test_what_a_guard_holds_back_is_not_drawn(client: Client, competition: Competition) -> None:
    ann = person(competition, "ann")
    scored(ann, 60.0, day=1)
    held = scored(ann, 75.0, day=2)
    Competition.objects.update(board_guard=Competition.Guard.LADDER)
    FinalScore.objects.filter(submission=held, split=Split.PUBLIC).update(told=False)
    refresh_board(competition=Competition.objects.get(), board=Split.PUBLIC)
    assert "60.00" in text_of(client) and "75.00" not in text_of(client)


def test_rounded_scores_rise_by_whole_steps(client: Client, competition: Competition) -> None:
    Competition.objects.update(board_guard=Competition.Guard.ROUNDING, guard_step=5.0)
    ann = person(Competition.objects.get(), "ann")
    for day, points in enumerate((61.25, 62.0, 66.5)):
        scored(ann, points, day=day)
    assert len(rows_of(client)) == 2
    assert "60.00" in text_of(client) and "61.25" not in text_of(client)


def test_the_api_tells_the_same(client: Client, competition: Competition) -> None:
    address = "/api/v1/competitions/cup/leaderboard/history/"
    assert client.get(address).json() == {"best": [], "lines": []}
    ann = person(competition, "ann")
    scored(ann, 61.25, day=1)
    scored(ann, 47.31, day=2)
    told = {"submitted_at": "2026-11-02T12:00:00Z", "points": 61.25}
    line = {"participant": "ann", "rank": 1, "is_baseline": False, "rises": [told], "final": None}
    assert client.get(address).json() == {"best": [told], "lines": [line]}
    close(competition)
    assert client.get(address).json()["lines"][0]["final"]["points"] == 59.75

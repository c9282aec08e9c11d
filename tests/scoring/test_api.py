"""Boards, awards and the close over HTTP: nothing private before the close."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from competitions.models import Award, Competition, Participation
from scoring.models import BoardStatistics, LeaderboardEntry
from scoring.services.board_statistics import board_digest
from tests import factories
from tests.clients import api

pytestmark = pytest.mark.django_db

DETECTABLE = {"points": 12.3456, "assumed": True}


def entry(owner: Participation, board: str, rank: int | None, points: float) -> LeaderboardEntry:
    return LeaderboardEntry.objects.create(
        competition=owner.competition,
        participation=owner,
        submission=owner.submissions.first() or factories.submission(owner, state="scored"),
        board=board,
        rank=rank,
        final_score=points,
        tasks={"a": {"points": points, "value": points / 100, "failed": False, "inner": "secret"}},
        submitted_at=timezone.now(),
    )


@pytest.fixture
def competition() -> Competition:
    return factories.competition()


def path(competition: Competition, rest: str) -> str:
    return f"/api/v1/competitions/{competition.slug}/{rest}"


def test_the_public_board_is_open_to_all_and_rounded(competition: Competition) -> None:
    second, first, baseline = (factories.participation(competition) for _ in range(3))
    entry(second, "public", 2, 12.345678)
    entry(baseline, "public", None, 99.0)
    entry(first, "public", 1, 45.678912)
    body = api().get(path(competition, "leaderboard/")).json()
    assert body["board"] == "public"
    assert [row["rank"] for row in body["entries"]] == [1, 2, None]
    top = body["entries"][0]
    assert set(top) == {
        "rank",
        "rank_best",
        "rank_worst",
        "tied_with_next",
        "p_next",
        "public_rank",
        "participant",
        "is_baseline",
        "final_score",
        "low",
        "high",
        "tasks",
        "secondary",
        "submission_number",
        "submitted_at",
    }
    assert (top["participant"], top["submission_number"]) == (first.display_name, 1)
    assert top["final_score"] == 45.68
    assert top["tasks"] == {
        "a": {
            "points": 45.68,
            "value": 0.4568,
            "sd": None,
            "rounds": 1,
            "failed": False,
            "low": None,
            "high": None,
        }
    }
    assert body["statistics"] is None


def test_statistics_are_told_coarsely_before_the_close_and_whole_after_it(
    competition: Competition,
) -> None:
    owner = factories.participation(competition)
    made = entry(owner, "public", 1, 45.678912)
    cell = {**made.tasks["a"], "low": 40.123456, "high": 50.123456}
    LeaderboardEntry.objects.update(
        low=41.234567,
        high=49.876543,
        rank_best=1,
        rank_worst=3,
        p_next=0.0123456,
        secondary={"borda": 2.0},
        tasks={"a": cell},
    )
    tasks = {"a": {"rows": 9, "units": 9, "grouped": False, "detectable": DETECTABLE}}
    facts = {"version": "1", "entries": 1, "brackets": [], "tasks": tasks, "tests": {"key": 0.1}}
    made.refresh_from_db()
    BoardStatistics.objects.create(
        competition=competition,
        board="public",
        entries_sha256=board_digest([made], competition),
        facts=facts,
    )
    body = api().get(path(competition, "leaderboard/")).json()
    (top,) = body["entries"]
    assert (top["low"], top["high"]) == (41.2, 49.9)
    assert (top["tasks"]["a"]["low"], top["tasks"]["a"]["high"]) == (40.1, 50.2)
    assert (top["rank_best"], top["rank_worst"]) == (1, 3)
    assert (top["tied_with_next"], top["p_next"]) == (False, None)
    assert top["secondary"] == {"borda": 2.0}
    assert body["statistics"]["current"]
    assert body["statistics"]["differences"] == [
        {"task": "a", "rows": 9, "groups": None, "points": 12.3, "assumed": True}
    ]
    assert "tests" not in body["statistics"]
    Competition.objects.update(state="closed", closed_at=timezone.now())
    body = api().get(path(competition, "leaderboard/")).json()
    (top,) = body["entries"]
    assert (top["low"], top["high"], top["p_next"]) == (41.23, 49.88, 0.0123)
    assert body["statistics"]["differences"][0]["points"] == 12.35


def test_the_private_board_is_shut_before_the_close_for_everybody(
    competition: Competition,
) -> None:
    owner = factories.participation(competition)
    entry(owner, "private", 1, 77.77)
    for asker in (
        None,
        owner.user,
        factories.organizer(competition),
        factories.user(is_superuser=True),
    ):
        answer = api(asker).get(path(competition, "leaderboard/?board=private"))
        assert (answer.status_code, answer.json()["code"]) == (403, "board_private")
    assert api().get(path(competition, "leaderboard/")).json()["entries"] == []


def test_after_the_close_the_private_board_is_open(competition: Competition) -> None:
    entry(factories.participation(competition), "private", 1, 77.77)
    Competition.objects.update(state="closed", closed_at=timezone.now())
    body = api().get(path(competition, "leaderboard/?board=private")).json()
    assert (body["board"], body["entries"][0]["final_score"]) == ("private", 77.77)


def test_an_unknown_board_is_refused(competition: Competition) -> None:
    answer = api().get(path(competition, "leaderboard/?board=secret"))
    assert (answer.status_code, answer.json()["field"]) == (400, "board")


def test_a_long_board_takes_a_fixed_number_of_queries(
    competition: Competition, django_assert_max_num_queries: Any
) -> None:
    for place in range(12):
        entry(factories.participation(competition), "public", place + 1, 50 - place)
    with django_assert_max_num_queries(3):
        assert len(api().get(path(competition, "leaderboard/")).json()["entries"]) == 12


def test_awards_are_empty_before_the_close(competition: Competition) -> None:
    assert api().get(path(competition, "awards/")).json() == []


def test_closing_grants_the_awards_and_tells_them(competition: Competition) -> None:
    Award.objects.create(
        competition=competition, slug="gold", title="Gold", prize="A cup", rule="overall_rank"
    )
    organizer = api(factories.organizer(competition))
    closed = organizer.post(path(competition, "close/"))
    assert (closed.status_code, closed.json()) == (200, [])
    assert api().get(path(competition, "")).json()["state"] == "closed"
    again = organizer.post(path(competition, "close/"))
    assert (again.status_code, again.json()["code"]) == (409, "not_published")


def test_unfinished_submissions_hold_the_close_up(competition: Competition) -> None:
    factories.submission(factories.participation(competition), state="running")
    answer = api(factories.organizer(competition)).post(path(competition, "close/"))
    assert (answer.status_code, answer.json()["code"]) == (409, "submissions_unfinished")


def test_only_organizers_close(competition: Competition) -> None:
    other = factories.organizer(factories.competition())
    for asker, status in (
        (None, 401),
        (factories.user(), 403),
        (other, 403),
        (factories.user(is_superuser=True), 200),
    ):
        assert api(asker).post(path(competition, "close/")).status_code == status

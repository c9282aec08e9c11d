"""What organizers see of a rescoring, and what everybody reads once it is published."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from competitions.models import Competition
from scoring.models import Rescoring, TaskScore
from tests import factories
from tests.submissions import rescoring as lab

pytestmark = pytest.mark.django_db


@pytest.fixture
def competition(enqueued: list[Any]) -> Competition:
    """Two entries: ``ann`` is right everywhere, ``bob`` wrong on the first 10 rows of films."""
    made = lab.cup()
    lab.enter(made, name="ann")
    lab.enter(made, range(10), name="bob")
    return made


@pytest.fixture
def olga(competition: Competition) -> Client:
    return _logged_in(factories.organizer(competition))


def _logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(competition: Competition) -> str:
    return f"/admin/scoring/rescoring/of/{competition.pk}/"


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def test_without_a_rescoring_the_page_says_how_to_begin(
    competition: Competition, olga: Client
) -> None:
    told = read(olga, page_of(competition))
    assert "No rescoring is open" in told
    assert f"/admin/competitions/competition/{competition.pk}/task/films/dataset/" in told
    assert "Score again with the present version" not in told


def test_scores_of_an_earlier_scorer_can_be_made_again_from_the_page(
    competition: Competition, olga: Client
) -> None:
    TaskScore.objects.update(scorer_version="2")
    assert "4 scores are of an earlier version" in read(olga, page_of(competition))
    olga.post(f"{page_of(competition)}start/")
    assert Rescoring.objects.get().state == Rescoring.State.COMPUTING
    assert "It waits for a score worker" in read(olga, page_of(competition))


def test_the_preview_names_who_changes_places_and_is_published_from_the_page(
    competition: Competition, olga: Client
) -> None:
    lab.new_labels(competition, range(10))
    rescoring = lab.computed(competition)
    told = read(olga, page_of(competition))
    assert "2 places would change" in told
    assert "10 of 40" in told
    assert "version 1 → 2" in told
    assert "private points" in told.lower()
    url = f"/admin/scoring/rescoring/{rescoring.pk}/publish/"
    answer = olga.post(url, {"note": "Typos in ten labels."}, follow=True)
    assert "Tick the box" in answer.content.decode()
    olga.post(url, {"note": "Typos in ten labels.", "confirm": "yes"})
    assert lab.computed(competition).state == Rescoring.State.PUBLISHED
    assert "Published on" in read(olga, page_of(competition))


def test_a_preview_without_changes_says_so(competition: Competition, olga: Client) -> None:
    lab.new_labels(competition, [])
    lab.computed(competition)
    told = read(olga, page_of(competition))
    assert "no place changes" in told
    assert "No points change either" in told


def test_everybody_reads_why_scores_changed_and_the_board_before(competition: Competition) -> None:
    lab.new_labels(competition, range(10))
    lab.computed(competition)
    rescoring = lab.publish(competition, note="Ten labels <b>were</b> wrong.")
    board = read(Client(), "/competitions/cup/leaderboard/")
    assert "Ten labels &lt;b&gt;were&lt;/b&gt; wrong." in board
    url = f"/competitions/cup/leaderboard/before/{rescoring.pk}/"
    assert url in board
    old = read(Client(), url)
    assert "These scores no longer count" in old
    assert [row["participant"] for row in rescoring.before["public"]] == ["ann", "bob"]
    assert old.index("ann") < old.index("bob")
    (told,) = Client().get("/api/v1/competitions/cup/leaderboard/before/").json()
    assert [(row["rank"], row["participant"]) for row in told["boards"]["public"]] == [
        (1, "ann"),
        (2, "bob"),
    ]
    assert told["tasks"][0] == {"task": "films", "before": 1, "after": 2}
    assert set(told["boards"]) == {"public"}


def test_a_board_that_no_published_rescoring_replaced_is_nowhere(
    competition: Competition,
) -> None:
    assert Client().get("/api/v1/competitions/cup/leaderboard/before/").json() == []
    lab.new_labels(competition, range(10))
    rescoring = lab.computed(competition)
    url = f"/competitions/cup/leaderboard/before/{rescoring.pk}/"
    assert Client().get(url).status_code == 404
    assert Client().get("/api/v1/competitions/cup/leaderboard/before/").json() == []


def test_other_organizers_reach_nothing_of_it(competition: Competition) -> None:
    lab.new_labels(competition, range(10))
    rescoring = lab.computed(competition)
    stranger = _logged_in(factories.organizer(factories.competition()))
    assert stranger.get(page_of(competition)).status_code == 404
    for verb in ("publish", "discard", "again"):
        url = f"/admin/scoring/rescoring/{rescoring.pk}/{verb}/"
        assert stranger.post(url, {"note": "x", "confirm": "yes"}).status_code == 404
    rescoring.refresh_from_db()
    assert rescoring.state == Rescoring.State.READY


def test_a_failed_one_begins_again_from_the_page(competition: Competition, olga: Client) -> None:
    lab.new_labels(competition, range(10))
    rescoring = lab.opened(competition)
    Rescoring.objects.update(state="failed", problem="Predictions of x are gone.")
    assert "Predictions of x are gone." in read(olga, page_of(competition))
    olga.post(f"/admin/scoring/rescoring/{rescoring.pk}/again/")
    assert lab.computed(competition).state == Rescoring.State.READY


def test_staged_scores_are_in_no_list_of_the_admin(competition: Competition, olga: Client) -> None:
    lab.new_labels(competition, range(10))
    lab.computed(competition)
    assert ">v2<" not in read(olga, "/admin/scoring/taskscore/")
    lab.publish(competition)
    assert ">v2<" in read(olga, "/admin/scoring/taskscore/")


def test_the_dataset_page_leads_to_the_rescoring(competition: Competition, olga: Client) -> None:
    lab.new_labels(competition, range(10))
    url = f"/admin/competitions/competition/{competition.pk}/task/films/dataset/"
    told = read(olga, url)
    assert "does not count" in told
    assert page_of(competition) in told

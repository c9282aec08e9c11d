"""The leaderboard and the awards, before and after the close."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from competitions.models import Award, Competition, Participation
from scoring.models import AwardGrant, LeaderboardEntry
from tests import factories

pytestmark = pytest.mark.django_db
BOARD = "/competitions/cup/leaderboard/"
AWARDS = "/competitions/cup/awards/"


@pytest.fixture
def competition() -> Competition:
    made = factories.competition(slug="cup")
    factories.task(made, slug="films", title="Films")
    return made


def entry(
    competition: Competition, name: str, points: float | None, **fields: Any
) -> Participation:
    """Put a row on a board; give ``baseline=True``, ``failed=True`` or fields of the entry."""
    participation = fields.pop("participation", None) or factories.participation(
        competition,
        user=factories.user(username=name),
        is_baseline=fields.pop("baseline", False),
    )
    failed = fields.pop("failed", False)
    value = None if failed or points is None else points / 100
    submission = participation.submissions.first() or factories.submission(
        participation, state="scored", parameters=22_700_000
    )
    LeaderboardEntry.objects.create(
        competition=competition,
        participation=participation,
        submission=submission,
        final_score=points,
        tasks={"films": {"value": value, "points": points, "failed": failed}},
        **{"board": "public", "rank": 1, "submitted_at": timezone.now(), **fields},
    )
    return participation


def rows(client: Client, path: str = BOARD) -> list[str]:
    """Return the board's rows as plain text."""
    html = client.get(path).content.decode()
    body = html.split("<tbody", 1)[1].split("</tbody>")[0] if "<tbody" in html else ""
    found = [re.sub(r"<[^>]+>", " ", row) for row in body.split("<tr ")[1:]]
    return [" ".join(row.split(">", 1)[1].split()) for row in found]


def test_a_row_shows_rank_name_scores_size_and_day(
    client: Client, competition: Competition
) -> None:
    day = timezone.now() - timedelta(days=3)
    entry(competition, "ann", 71.456, submitted_at=day)
    expected = f"1 ann submission 1 71.46 71.46 22.7 M {day.day} {day:%b %Y}"
    assert rows(client) == [expected]
    content = client.get(BOARD).content.decode()
    assert "0.7146" not in content  # a share says no more than its points
    assert "Accuracy" in content
    assert "This is the public board" in content


@pytest.mark.parametrize(
    ("metric", "more", "shown"),
    [
        ("accuracy", {"sd": 0.013, "rounds": 5, "of": "seeds"}, "71.46 0.7146 ± 0.013"),
        ("accuracy", {"sd": 0.0, "rounds": 5, "of": "seeds"}, "71.46 0.7146 ± 0"),
        ("mcc", {}, "71.46 0.7146"),
        ("rmse", {}, "71.46 0.7146"),
    ],
)
def test_what_points_do_not_say_stands_below_them(
    client: Client, competition: Competition, metric: str, more: dict[str, Any], shown: str
) -> None:
    competition.tasks.update(metric=metric)
    cell = {"value": 0.7146, "points": 71.456, "failed": False, **more}
    entry(competition, "ann", 71.456)
    LeaderboardEntry.objects.update(tasks={"films": cell})
    (row,) = rows(client)
    assert f"submission 1 71.46 {shown} 22.7 M" in row
    content = client.get(BOARD).content.decode()
    assert (", mean of 5 seeds" in content) == bool(more)


def test_equal_points_share_a_rank(client: Client, competition: Competition) -> None:
    entry(competition, "ann", 50.0, rank=1)
    entry(competition, "bob", 50.0, rank=1)
    entry(competition, "eve", 40.0, rank=3)
    assert [row.split()[0] for row in rows(client)] == ["1", "1", "3"]


def test_baselines_stand_where_their_score_puts_them_without_a_rank(
    client: Client, competition: Competition
) -> None:
    entry(competition, "ann", 50.0, rank=1)
    entry(competition, "bob", 30.0, rank=2)
    entry(competition, "base", 40.0, rank=None, baseline=True)
    shown = rows(client)
    assert [row.split()[0] for row in shown] == ["1", "–", "2"]
    assert "unranked base baseline" in shown[1]


def test_a_missing_score_sorts_last_and_a_failed_task_says_so(
    client: Client, competition: Competition
) -> None:
    entry(competition, "none", None, rank=2)
    entry(competition, "zero", 0.0, rank=1, failed=True)
    shown = rows(client)
    assert "zero" in shown[0]
    assert "0.00 failed" in shown[0]
    assert "none submission 1 – " in shown[1]


def test_ones_own_row_is_marked(client: Client, competition: Competition) -> None:
    mine = entry(competition, "ann", 50.0)
    entry(competition, "bob", 40.0, rank=2)
    assert mine.user is not None
    client.force_login(mine.user)
    content = client.get(BOARD).content.decode()
    assert content.count('class="is-mine"') == 1
    assert "ann you submission 1" in rows(client)[0]


def test_names_of_people_and_teams_stay_text(client: Client, competition: Competition) -> None:
    entry(competition, "<b>ann</b>\u202e", 50.0)
    content = client.get(BOARD).content.decode()
    assert "&lt;b&gt;ann&lt;/b&gt;" in content
    assert "\u202e" not in content


def test_an_empty_board_says_what_to_do(client: Client, competition: Competition) -> None:
    assert "Join, and yours can be the first." in client.get(BOARD).content.decode()
    mine = factories.participation(competition)
    assert mine.user is not None
    client.force_login(mine.user)
    assert "/competitions/cup/submit/" in client.get(BOARD).content.decode()


def test_long_boards_have_pages_and_say_where_one_stands(
    client: Client, competition: Competition
) -> None:
    for place in range(1, 104):
        entry(competition, f"p{place}", 100.0 - place / 2, rank=place)
    mine = Participation.objects.get(user__username="p103")
    assert mine.user is not None
    client.force_login(mine.user)
    assert len(rows(client)) == 100
    assert "on rank 103" in client.get(BOARD).content.decode()
    assert len(rows(client, f"{BOARD}?page=2")) == 3


def test_a_board_costs_the_same_for_many(
    client: Client, competition: Competition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    entry(competition, "ann", 50.0)
    with django_assert_num_queries(7):
        client.get(BOARD)
    for place in range(2, 30):
        entry(competition, f"p{place}", 40.0, rank=place)
    with django_assert_num_queries(7):
        client.get(BOARD)


def test_the_private_board_is_shut_for_everybody_before_the_close(
    client: Client, competition: Competition
) -> None:
    entry(competition, "ann", 63.21, board="private")
    for user in (None, factories.organizer(competition), factories.user(is_superuser=True)):
        if user is not None:
            client.force_login(user)
        response = client.get(f"{BOARD}?board=private")
        assert response.status_code == 403
        assert b"63.21" not in response.content
        assert b"63.21" not in client.get(BOARD).content


def test_after_the_close_the_private_board_is_the_ranking(
    client: Client, competition: Competition
) -> None:
    ann = entry(competition, "ann", 70.0)
    entry(competition, "ann", 63.21, board="private", participation=ann)
    Competition.objects.update(state="closed", closed_at=timezone.now())
    assert "63.21" in rows(client)[0]
    assert "70.00" in rows(client, f"{BOARD}?board=public")[0]
    assert "Final ranking" in client.get(BOARD).content.decode()


def test_awards_are_announced_with_their_rules(client: Client, competition: Competition) -> None:
    Award.objects.create(
        competition=competition, slug="a", title="Best", prize="100 €", rule="overall_rank"
    )
    content = client.get(AWARDS).content.decode()
    assert "Best" in content
    assert "100 €" in content
    assert "Place 1 by final score." in content


def test_winners_are_shown_after_the_close_only(client: Client, competition: Competition) -> None:
    award = Award.objects.create(
        competition=competition, slug="a", title="Best", rule="overall_rank", rank_to=2
    )
    empty = Award.objects.create(
        competition=competition, slug="b", title="Other", rule="overall_rank", position=1
    )
    for place, name in ((2, "second"), (1, "first")):
        winner = entry(competition, name, 50.0, board="private", rank=place)
        AwardGrant.objects.create(
            award=award,
            participation=winner,
            submission=winner.submissions.get(),
            rank=place,
            reason=f"Place {place}: <63.21>",
            key_id="k",
        )
    assert "63.21" not in client.get(AWARDS).content.decode()
    assert "first" not in client.get(AWARDS).content.decode()
    Competition.objects.update(state="closed", closed_at=timezone.now())
    content = client.get(AWARDS).content.decode()
    assert content.index(">first<") < content.index(">second<")
    assert "&lt;63.21&gt;" in content
    assert empty.title in content
    assert "Nobody was eligible" in content


def test_equal_shown_points_stand_in_the_order_of_their_submission(
    client: Client, competition: Competition
) -> None:
    now = timezone.now()
    entry(competition, "late", 50.004, submitted_at=now)
    entry(competition, "early", 50.001, submitted_at=now - timedelta(hours=1))
    assert [row.split()[1] for row in rows(client)] == ["early", "late"]

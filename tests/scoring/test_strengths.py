"""An entry's tasks against the field, on its page."""

import pytest
from django.test import Client

from competitions.models import Competition
from scoring.models import LeaderboardEntry
from scoring.strengths import Strengths, chosen_entry
from tests import factories
from tests.scoring.test_pages import entry

pytestmark = pytest.mark.django_db
PAGE = "/competitions/cup/leaderboard/strengths/"


@pytest.fixture
def competition() -> Competition:
    made = factories.competition(slug="cup")
    factories.task(made, slug="films", title="Films")
    return made


def text_of(client: Client, path: str = PAGE) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_baselines_are_compared_with_the_ranked_and_are_none_of_them(
    competition: Competition,
) -> None:
    entry(competition, "ann", 60.0, rank=1)
    entry(competition, "bob", 50.0, rank=2)
    entry(competition, "base", 90.0, rank=None, baseline=True)
    entries = list(LeaderboardEntry.objects.all())
    found = Strengths(entries, list(competition.tasks.all()))
    told = {each.participation.display_name: found.of(each)[0] for each in entries}
    assert [told[name].place for name in ("ann", "bob", "base")] == [1, 2, None]
    assert [told[name].win_rate for name in ("ann", "bob", "base")] == [1.0, 0.0, 1.0]
    assert told["base"].field.highest == 60.0


def test_a_failed_task_has_no_points_and_a_missing_one_no_cell(competition: Competition) -> None:
    factories.task(competition, slug="later")
    entry(competition, "ann", 60.0, rank=1)
    entry(competition, "bob", 0.0, rank=2, failed=True)
    entries = list(LeaderboardEntry.objects.all())
    found = Strengths(entries, list(competition.tasks.all()))
    bob = next(each for each in entries if each.rank == 2)
    (films,) = found.of(bob)
    assert (films.failed, films.points, films.place) == (True, 0.0, 2)
    assert [row.cells[1] for row in found.matrix(entries, mine=None)] == [None, None]


def test_ones_own_entry_is_shown_unless_another_is_asked_for(
    client: Client, competition: Competition
) -> None:
    entry(competition, "ann", 60.0, rank=1)
    bob = entry(competition, "bob", 50.0, rank=2)
    assert "Task by task: ann" in text_of(client)
    assert bob.user is not None
    client.force_login(bob.user)
    assert "Task by task: bob" in text_of(client)
    ann = LeaderboardEntry.objects.get(rank=1).participation_id
    seen = text_of(client, f"{PAGE}?entry={ann}")
    assert "Task by task: ann" in seen
    assert "place 1 of 2</span>" not in seen
    assert "place 1 of 2, ahead of 100 %" in seen
    assert "the middle half 52.50 to 57.50, median 55.00" in seen


@pytest.mark.parametrize("asked", ["", "0", "x", "99999999999999999999", "1 or 1=1"])
def test_an_entry_that_is_not_there_is_the_first(competition: Competition, asked: str) -> None:
    entry(competition, "ann", 60.0, rank=1)
    entries = list(LeaderboardEntry.objects.all())
    assert chosen_entry(entries, asked, None) == entries[0]
    assert chosen_entry([], asked, None) is None


def test_pages_say_when_something_will_appear(client: Client, competition: Competition) -> None:
    for path in ("strengths", "over-time", "efficiency"):
        seen = text_of(client, f"/competitions/cup/leaderboard/{path}/")
        assert "No scores yet" in seen and "As soon as a submission is scored" in seen
    entry(competition, "base", 90.0, rank=None, baseline=True)
    assert "This fills as soon as" in text_of(client)


def test_a_matrix_has_fifty_rows_at_most(client: Client, competition: Competition) -> None:
    for number in range(52):
        entry(competition, f"p{number}", 90.0 - number, rank=number + 1)
    seen = text_of(client)
    assert seen.split('id="matrix"')[1].count("<tr") == 51
    assert "The first 50 of 52 entries are here" in seen


def test_names_are_text_in_pictures(client: Client, competition: Competition) -> None:
    competition.tasks.update(title="<script>alert(1)</script>")
    entry(competition, "<b>ann</b>", 60.0, rank=1)
    seen = text_of(client)
    assert "<b>ann" not in seen and "<script>alert" not in seen

"""Which submission counts: by points as they are shown, then the earlier one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from competitions.models import Participation
from scoring.models import FinalScore, LeaderboardEntry, Split, TaskScore
from scoring.services.leaderboard import counting_scores, refresh_board
from submissions.models import Submission
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def entered() -> Participation:
    return factories.participation(factories.competition())


def scored(entered: Participation, **points: float) -> Submission:
    """Enter a scored submission, one minute after the one before."""
    made = factories.submission(entered, state="scored")
    later = timezone.now() + timedelta(minutes=made.number)
    Submission.objects.filter(pk=made.pk).update(created_at=later)
    for split, value in points.items():
        FinalScore.objects.create(
            submission=made, participation=entered, split=split, points=value, rule_version="1"
        )
    return made


def counting(entered: Participation, board: Split) -> list[Any]:
    return [each.submission for each in counting_scores(entered.competition, board)]


def test_the_best_public_score_counts(entered: Participation) -> None:
    scored(entered, public=50.0)
    best = scored(entered, public=50.01)
    scored(entered, public=49.0)
    assert counting(entered, Split.PUBLIC) == [best]


@pytest.mark.parametrize("board", Split)
def test_between_equal_shown_scores_the_earlier_submission_counts(
    entered: Participation, board: Split
) -> None:
    first = scored(entered, public=50.001, private=10.0)
    scored(entered, public=50.004, private=90.0)
    assert counting(entered, board) == [first]


def test_an_entry_that_a_guard_never_told_counts_at_the_close_where_no_other_does(
    entered: Participation,
) -> None:
    told = scored(entered, public=50.0, private=10.0)
    scored(entered, public=50.1, private=20.0)
    held = scored(entered, public=50.2, private=5.0)
    FinalScore.objects.exclude(submission=told).update(told=False)
    assert counting(entered, Split.PRIVATE) == [told]
    Submission.objects.filter(pk=told.pk).update(state="cancelled")
    assert counting(entered, Split.PUBLIC) == []
    assert counting(entered, Split.PRIVATE) == [held]


@pytest.mark.parametrize("state", ["failed", "cancelled", "refused"])
def test_a_chosen_submission_that_failed_leaves_the_choice_to_the_public_board(
    entered: Participation, state: str
) -> None:
    best = scored(entered, public=50.0, private=10.0)
    chosen = scored(entered, public=40.0, private=90.0)
    Submission.objects.filter(pk=chosen.pk).update(selected_final=True)
    assert counting(entered, Split.PRIVATE) == [chosen]
    Submission.objects.filter(pk=chosen.pk).update(state=state)
    assert counting(entered, Split.PRIVATE) == [best]


@pytest.mark.parametrize("state", ["withdrawn", "disqualified"])
def test_who_left_stands_on_no_board(entered: Participation, state: str) -> None:
    only = scored(entered, public=50.0, private=10.0)
    Submission.objects.filter(pk=only.pk).update(selected_final=True)
    Participation.objects.filter(pk=entered.pk).update(state=state)
    assert [counting(entered, board) for board in Split] == [[], []]


def test_digits_that_nobody_sees_move_nobody(entered: Participation) -> None:
    rival = factories.participation(entered.competition)
    scored(entered, public=50.001)
    scored(rival, public=50.004)
    refresh_board(competition=entered.competition, board=Split.PUBLIC)
    assert list(LeaderboardEntry.objects.values_list("rank", flat=True)) == [1, 1]


def test_a_mean_over_seeds_is_told_with_its_spread(entered: Participation, client: Client) -> None:
    task = factories.task(entered.competition, slug="films")
    TaskScore.objects.create(
        submission=scored(entered, public=80.0),
        task=task,
        dataset=task.dataset,
        split=Split.PUBLIC,
        scorer_version="1",
        value=0.8,
        points=80,
        rows=12,
        details={"seeds": {"values": [0.7, 0.8, 0.9], "sd": 0.1}},
    )
    refresh_board(competition=entered.competition, board=Split.PUBLIC)
    cell = LeaderboardEntry.objects.get().tasks["films"]
    assert cell == {
        "value": 0.8,
        "points": 80.0,
        "failed": False,
        "low": None,
        "high": None,
        "sd": 0.1,
        "rounds": 3,
        "of": "seeds",
    }
    address = f"competitions/{entered.competition.slug}/leaderboard/"
    page = client.get(f"/{address}").content.decode()
    assert "0.8000 ± 0.1" in page
    assert ", mean of 3 seeds" in page
    told = client.get(f"/api/v1/{address}").json()["entries"][0]["tasks"]["films"]
    assert (told["sd"], told["rounds"]) == (0.1, 3)

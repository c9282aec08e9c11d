"""No address of the site tells anybody a public number that the guard holds back or rounds away.

Distinctive digits are planted in every stored number of a submission, then all addresses of the
table of roles are read by everybody. Without a guard, and after the close, the same walk finds
them: it would see them if they were there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from competitions.models import Competition
from scoring.models import FinalScore, LeaderboardEntry, Split, TaskScore
from scoring.services.leaderboard import refresh_board
from submissions.models import Submission
from tests import factories
from tests.roles import Row, World, make_world, read_table

pytestmark = pytest.mark.django_db

POINTS, LOW, HIGH = 61.2345, 58.1357, 64.4321
# Ends of the interval may be told to a tenth where there is no guard, points to a hundredth.
PLANTED = re.compile(r"(?<![\d.])(0\.612|61\.2|58\.1|64\.[45])")
BEST = 40.0
ROWS = [row for row in read_table() if row.method == "GET" and row.variant == ""]


READERS = ("participant", "rival", "organizer")


@pytest.mark.parametrize("role", READERS)
def test_under_the_ladder_no_number_of_a_held_back_submission_is_told(role: str) -> None:
    world = _world("ladder", told=False)
    assert list(_tellers(world, role)) == []
    board = LeaderboardEntry.objects.get(board=Split.PUBLIC, competition__slug="cup")
    assert board.final_score == BEST


@pytest.mark.parametrize("role", READERS)
def test_under_rounding_no_finer_digit_than_the_step_is_told(role: str) -> None:
    world = _world("rounding", told=True)
    assert list(_tellers(world, role)) == []
    board = LeaderboardEntry.objects.get(board=Split.PUBLIC, competition__slug="cup")
    assert (board.final_score, board.low, board.high) == (60.0, 55.0, 65.0)


def test_the_page_says_what_is_told_and_why_there_is_no_more() -> None:
    page = _read(_world("ladder", told=False), "submissions/<uuid:submission_id>/")
    assert "No clear improvement over your best told score, 40.00 points" in page


@pytest.mark.parametrize(
    ("guard", "state"), [("none", "published"), ("ladder", "closed"), ("rounding", "closed")]
)
def test_without_a_guard_and_after_the_close_they_are_told(guard: str, state: str) -> None:
    world = _world(guard, told=guard != "ladder", state=state)
    for address in (
        "api/v1/submissions/<uuid:submission_id>/",
        "submissions/<uuid:submission_id>/",
    ):
        assert PLANTED.search(_read(world, address)), address
    assert PLANTED.search(_read(world, "admin/scoring/taskscore/", "organizer"))


def _world(guard: str, *, told: bool, state: str = "published") -> World:
    """The roles' world, whose submission has planted public numbers, and an earlier one of 40."""
    world = make_world()
    Competition.objects.filter(slug="cup").update(
        board_guard=guard,
        guard_step=2.5,
        details_public=True,
        secondary_columns=["win_rate", "borda"],
        state=state,
        closed_at=timezone.now() if state == "closed" else None,
    )
    competition = Competition.objects.get(slug="cup")
    submission = Submission.objects.get(pk=world.values["submission_id"])
    TaskScore.objects.filter(submission=submission, split=Split.PUBLIC).update(
        value=POINTS / 100, points=POINTS, low=LOW, high=HIGH, details=_details()
    )
    _final(submission, POINTS, told=told, low=LOW, high=HIGH)
    FinalScore.objects.filter(submission=submission, split=Split.PUBLIC).update(
        guard={"reason": "not_better", "best": BEST, "difference": POINTS, "error": LOW}
    )
    if guard == "ladder":
        earlier = factories.submission(submission.participation, state="scored")
        _final(earlier, BEST, told=True)
    refresh_board(competition=competition, board=Split.PUBLIC)
    return world


def _final(submission: Submission, points: float, *, told: bool, **fields: Any) -> None:
    FinalScore.objects.create(
        submission=submission,
        participation=submission.participation,
        split=Split.PUBLIC,
        points=points,
        rule_version="1",
        told=told,
        **fields,
    )


def _details() -> dict[str, Any]:
    group = {"value": "film", "rows": 40, "score": POINTS / 100}
    return {
        "slices": {"domain": {"groups": [group], "hidden": 0, "worst": "film", "gap": 0.0}},
        "calibration": {"ece": POINTS / 100, "brier": POINTS / 100},
        "seeds": {"sd": POINTS / 1000, "values": [POINTS / 100, POINTS / 100]},
    }


def _tellers(world: World, role: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses that tell ``role`` planted digits, with what they tell."""
    for row in ROWS:
        cache.clear()
        if found := PLANTED.search(_text(world, row, role)):
            yield row.address, found[0]


def _read(world: World, address: str, role: str = "participant") -> str:
    (row,) = [row for row in ROWS if row.address == address]
    return _text(world, row, role)


def _text(world: World, row: Row, role: str) -> str:
    client = Client(raise_request_exception=False)
    if session := world.sessions.get(role):
        client.cookies["sessionid"] = session
    with transaction.atomic():
        text = b"".join(client.get(world.url(row))).decode(errors="replace")
        transaction.set_rollback(True)
    return text

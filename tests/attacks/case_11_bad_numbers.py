"""Row 11: NaN, infinity and numbers beyond any sense as predictions."""

from __future__ import annotations

import json
import math

import numpy as np

from scoring.models import LeaderboardEntry, TaskScore
from tests import factories
from tests.attacks.answers import RawBackend, regression, returned
from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.clients import api
from tests.fakes import FakeBackend

ROWS = 12
NUMBERS = {
    "NaN": "non_finite",
    "Infinity": "non_finite",
    "-Infinity": "non_finite",
    "1e999": "out_of_range",
    "-1e999": "out_of_range",
    "1e308": "out_of_range",
    "-1.7976931348623157e308": "out_of_range",
    "1.0000001e12": "out_of_range",
    "1" + "0" * 39: "out_of_range",
    "1" + "0" * 400: "huge_number",
    '"NaN"': "wrong_type",
    '"inf"': "wrong_type",
    "nan": "bad_json",
    "+1": "bad_json",
    "0x1F": "bad_json",
    "1e": "bad_json",
}
"""What stands for a number in one of the rows, and how the reader names it."""


@case(11, "NaN, infinity, 1e308", where=PLATFORM)
def bad_numbers(arena: Arena) -> None:
    competition = factories.competition()
    numbers = {f"task-{place}": number for place, number in enumerate(NUMBERS)}
    for slug in numbers:
        task = factories.task(competition, slug=slug, rows=ROWS)
        regression(task, [0.0, 1.0] * (ROWS // 2))
    honest, entry = (factories.participation(competition) for _ in range(2))

    def spoilt(slug: str, blinded: str, row: int) -> str:
        # One row is enough to spoil a sum.
        return _line(blinded, numbers[slug] if row == 3 else "0.5")

    samples = dict.fromkeys(numbers, lambda row: {"value": 0.5})
    returned(arena, honest, FakeBackend(answers=samples))
    after = returned(arena, entry, RawBackend(answers=samples, line=spoilt))
    assert not any(each.smoke_code for each in after.tasks.values())
    scores = TaskScore.objects.filter(submission=after.submission)
    assert {(each.failed, each.points, each.value) for each in scores} == {(True, 0.0, None)}
    seen = {numbers[each.task.slug]: each.error_code for each in scores.select_related("task")}
    assert seen == NUMBERS
    assert (after.state, after.submission.error_code) == ("failed", "bad_predictions")
    board = LeaderboardEntry.objects.filter(competition=competition)
    assert [each.participation for each in board] == [honest]
    told = api(entry.user).get(f"/api/v1/competitions/{competition.slug}/leaderboard/").content
    json.loads(told, parse_constant=_no_constant)


@bad_numbers.control
def a_careless_scorer_gets_a_score_that_is_no_number(arena: Arena) -> None:
    spoilt = {"NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e308"}
    for number in spoilt:
        value = json.loads(_line("r", number))["value"]
        with np.errstate(all="ignore"):
            rmse = np.sqrt(np.mean(np.square(np.array([0.5, value]) - 0.5)))
        assert not math.isfinite(rmse), number
    nan = float("nan")
    assert sorted([("nan", nan), ("good", 1.0)], key=lambda each: each[1])[0][0] == "nan"


def _line(blinded: str, number: str) -> str:
    return f'{{"id": {json.dumps(blinded)}, "value": {number}}}'


def _no_constant(name: str) -> None:
    raise AssertionError(f"the board holds {name}")

"""Row 2: labels rebuilt from scores.

Boosting (A. Blum and M. Hardt, "The Ladder", 2015): random answers are submitted, each is kept or
turned around by the score that is shown, and their majority is the attacker's guess of the labels.

Packing: the answer to row i moves a squared error by 2⁻ⁱ where the label is 1, so that one exact
score spells the labels as a binary fraction. The attacker is even told which rows are public.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from common.errors import LimitExceeded
from competitions.models import Participation
from scoring.models import TaskScore
from scoring.splits import public_members
from tests import factories
from tests.attacks.answers import regression, returned, row_number
from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.clients import api
from tests.fakes import FakeBackend

ROWS, QUOTA, PUBLIC = 400, 20, 0.3
SPLIT_KEY = "5e" * 32
SHOWN_STEPS = 10_001
LABELS, NUMBERS = ("neg", "pos"), "numbers"
Answers = Sequence[int]
TRUE = np.array([number % 2 for number in range(ROWS)])


def boost(ask: Callable[[Answers], float | None]) -> tuple[Any, int]:
    """Ask until there is no answer; the guessed labels, and how many answers there were."""
    chance = np.random.default_rng(2)
    votes = np.zeros(ROWS)
    for asked in range(10_000):
        answers = chance.integers(0, 2, ROWS)
        score = ask(answers)
        if score is None:
            return (votes > 0).astype(int), asked
        votes += np.sign(score - 50) * (2 * answers - 1)
    raise AssertionError("no quota ended the attack")


def packed(rows: Sequence[int]) -> dict[int, float]:
    """Answers by which the squared error spells the labels of `rows`; others answer 0.5."""
    return {row: (2.0**-place + 1) / 2 for place, row in enumerate(rows)}


def unpack(rmse: float, rows: Sequence[int], *, of: int) -> list[int]:
    """The labels of `rows` that an error over `of` rows spells: (p - y)² = p² - y (2p - 1)."""
    answers = [(2.0**-place + 1) / 2 for place in range(len(rows))]
    left = math.fsum(p * p for p in answers) + 0.25 * (of - len(rows)) - rmse * rmse * of
    labels = []
    for place in range(len(rows)):
        labels.append(int(left >= 2.0**-place - 2.0 ** -len(rows)))
        left -= labels[-1] * 2.0**-place
    return labels


@case(2, "labels rebuilt from scores (boosting attack)", where=PLATFORM)
def boosting(arena: Arena) -> None:
    competition = factories.competition(public_fraction=PUBLIC, split_key=SPLIT_KEY)
    competition.phases.update(daily_limit=QUOTA, total_limit=QUOTA)
    factories.task(competition, slug="task", rows=ROWS)
    entry = factories.participation(competition)
    public = _public("task")
    guess, asked = boost(lambda answers: _shown_score(arena, entry, answers))
    assert asked == QUOTA
    right = guess == TRUE
    private_rows = int((~public).sum())
    sigma = math.sqrt(0.25 / private_rows)
    assert abs(right[~public].mean() - 0.5) < 4 * sigma, right[~public].mean()
    shown, _ = _packed_scores(arena)
    assert _spelled(shown) <= math.log2(SHOWN_STEPS)


@boosting.control
def scores_of_private_rows_without_a_quota_give_them_away(arena: Arena) -> None:
    public = _public("task")
    asked: list[Answers] = []

    def ask(answers: Answers) -> float | None:
        asked.append(answers)
        exact = 100.0 * float((np.array(answers) == TRUE)[~public].mean())
        return exact if len(asked) <= 600 else None

    guess, _ = boost(ask)
    assert (guess == TRUE)[~public].mean() > 0.8
    _, exact = _packed_scores(arena)
    assert _spelled(exact) > 30


def _shown_score(arena: Arena, entry: Participation, answers: Answers) -> float | None:
    """Submit answers; the score that the API shows, None when the quota is used up."""

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        return {"label": LABELS[answers[row_number(row)]]}

    try:
        after = returned(arena, entry, FakeBackend(answers={"task": answer}))
    except LimitExceeded:
        return None
    told = api(entry.user).get(f"/api/v1/submissions/{after.submission.pk}/").json()
    score, [task] = told["public_score"], told["tasks"]
    assert score == round(score, 2) == task["public_points"] == round(100 * task["public_value"], 2)
    return float(score)


def _packed_scores(arena: Arena) -> tuple[float, float]:
    """One submission to a task of numbers: the value that is shown, and the exact one."""
    competition = factories.competition(public_fraction=PUBLIC, split_key=SPLIT_KEY)
    task = factories.task(competition, slug=NUMBERS, rows=ROWS)
    regression(task, [float(label) for label in TRUE])
    answers = packed(_packed_rows())
    backend = FakeBackend(
        answers={NUMBERS: lambda row: {"value": answers.get(row_number(row), 0.5)}}
    )
    entry = factories.participation(competition)
    after = returned(arena, entry, backend)
    told = api(entry.user).get(f"/api/v1/submissions/{after.submission.pk}/").json()
    exact = TaskScore.objects.get(submission=after.submission, split="public")
    assert exact.value is not None
    return told["tasks"][0]["public_value"], exact.value


def _packed_rows() -> list[int]:
    return [int(row) for row in np.flatnonzero(_public(NUMBERS))[:40]]


def _spelled(value: float) -> int:
    """How many labels in a row the value spells rightly."""
    rows = _packed_rows()
    labels = unpack(value, rows, of=int(_public(NUMBERS).sum()))
    right = [label == TRUE[row] for label, row in zip(labels, rows, strict=True)]
    return right.index(False) if False in right else len(right)


def _public(slug: str) -> Any:
    names = [f"r{number}" for number in range(ROWS)]
    members = public_members(names, key=SPLIT_KEY, task=slug, public_fraction=PUBLIC)
    return np.array([name in members for name in names])

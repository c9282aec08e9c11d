"""A submission's page shows how its final score is made, and nothing private before the close."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from competitions.models import Competition
from scoring.models import FinalScore, TaskScore
from submissions.models import Submission
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission() -> Submission:
    """Two tasks of which one failed; private points are others than public ones."""
    competition = factories.competition(aggregation="category_mean")
    mood = factories.task(competition, title="Mood", category="Language", weight=2.0)
    shapes = factories.task(competition, title="Shapes", category="Vision")
    made = factories.submission(factories.participation(competition), state="scored")
    for split, points in (("public", 81.2345), ("private", 63.9182)):
        common: dict[str, Any] = {"submission": made, "split": split, "scorer_version": "2"}
        TaskScore.objects.create(
            **common,
            task=mood,
            dataset=mood.dataset,
            value=points / 100,
            points=points,
            rows=20,
            low=points - 5.05,
            high=points + 4.04,
        )
        TaskScore.objects.create(
            **common, task=shapes, dataset=shapes.dataset, points=0, rows=0, failed=True
        )
        FinalScore.objects.create(
            submission=made,
            participation=made.participation,
            split=split,
            points=points / 2,
            low=points / 2 - 2.525,
            high=points / 2 + 2.02,
            rule_version="category-mean-1",
        )
    return made


def page(submission: Submission) -> str:
    client = Client()
    client.force_login(submission.submitted_by)
    return client.get(f"/submissions/{submission.pk}/").content.decode()


def test_the_formula_stands_there_with_the_entrys_numbers(submission: Submission) -> None:
    shown = page(submission)
    assert "Mean of category means" in shown
    assert "(81.23 + 0.00) / 2 = 40.62" in shown
    assert "category-mean-1" in shown
    assert "38.0 to 42.7" in shown
    assert "76.1 to 85.3" in shown
    assert "Vision" in shown


def test_private_numbers_come_with_the_close_and_then_whole(submission: Submission) -> None:
    assert "63.92" not in page(submission)
    assert "58.8" not in page(submission)
    Competition.objects.update(state="closed", closed_at=timezone.now())
    submission.refresh_from_db()
    shown = page(submission)
    assert "(63.92 + 0.00) / 2 = 31.96" in shown
    assert "58.87 to 67.96" in shown
    assert "76.18 to 85.27" in shown


@pytest.mark.parametrize("guard", ["rounding", "ladder"])
def test_under_a_guard_nothing_is_taken_apart_before_the_close(
    submission: Submission, guard: str
) -> None:
    Competition.objects.update(board_guard=guard)
    submission = Submission.objects.get(pk=submission.pk)
    shown = page(submission)
    assert "final-score" not in shown
    assert "76.1" not in shown
    Competition.objects.update(state="closed", closed_at=timezone.now())
    assert "final-score" in page(Submission.objects.get(pk=submission.pk))


def test_a_submission_without_a_score_has_no_formula(submission: Submission) -> None:
    FinalScore.objects.all().delete()
    assert "final-score" not in page(submission)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("mean", "weighted mean"),
        ("category_mean", "mean over the categories"),
        ("geometric_mean", "geometric mean"),
        ("interquartile_mean", "interquartile mean"),
    ],
)
def test_the_overview_says_how_the_final_score_is_made(
    submission: Submission, rule: str, said: str, client: Client
) -> None:
    Competition.objects.update(aggregation=rule)
    address = f"/competitions/{submission.competition.slug}/"
    assert said in client.get(address).content.decode()

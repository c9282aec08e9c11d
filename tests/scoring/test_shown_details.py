"""Details of private rows wait for the close, those of public rows for the competition's word."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from competitions.models import Competition, Task
from scoring.models import TaskScore
from scoring.selectors import may_see_details
from scoring.shown_details import shown_details
from submissions.models import Submission
from tests import factories

pytestmark = pytest.mark.django_db
STORED = {
    "seeds": {"values": [0.1], "sd": 0.123},
    "slices": {
        "domain": {
            "groups": [
                {"value": "news", "rows": 60, "score": 0.123456},
                {"value": "film", "rows": 40, "score": 0.9},
            ],
            "hidden": 2,
            "worst": "news",
            "gap": 0.776544,
        }
    },
    "calibration": {"ece": 0.0123456, "brier": 0.3},
    "robustness": {
        "perturbations": [{"name": "typos", "rows": 33, "original": 0.75, "perturbed": 2 / 3}],
        "worst": {"by": "row", "rows": 33, "original": 0.75, "value": 0.5},
    },
}


@pytest.fixture
def task() -> Task:
    return factories.task(factories.competition(), slug="films")


@pytest.fixture
def submission(task: Task) -> Submission:
    return factories.submission(factories.participation(task.competition), state="scored")


def store(submission: Submission, task: Task, split: str = "public", **fields: Any) -> TaskScore:
    given = {"value": 0.5, "points": 50, "rows": 100, "details": STORED, "scorer_version": "2"}
    return TaskScore.objects.create(
        submission=submission, task=task, dataset=task.dataset, split=split, **{**given, **fields}
    )


def people(submission: Submission) -> dict[str, Any]:
    competition = submission.competition
    return {
        "owner": submission.participation.user,
        "organizer": factories.organizer(competition),
        "superuser": factories.user(is_superuser=True),
        "foreign_organizer": factories.organizer(factories.competition()),
        "anonymous": AnonymousUser(),
    }


ORGANIZERS = {"organizer", "superuser"}
EVERYBODY = {*ORGANIZERS, "owner", "foreign_organizer", "anonymous"}


@pytest.mark.parametrize(
    ("state", "public", "who_public", "who_private"),
    [
        ("draft", False, ORGANIZERS, set()),
        ("published", False, ORGANIZERS, set()),
        ("published", True, EVERYBODY, set()),
        ("closed", False, EVERYBODY, EVERYBODY),
    ],
)
def test_who_sees_which_split_when(
    submission: Submission, state: str, public: bool, who_public: set[str], who_private: set[str]
) -> None:
    closed = {"closed_at": timezone.now()} if state == "closed" else {}
    Competition.objects.update(state=state, details_public=public, **closed)
    competition = Competition.objects.get(pk=submission.competition.pk)
    users = people(submission)
    for split, who in (("public", who_public), ("private", who_private)):
        found = {name for name, user in users.items() if may_see_details(user, competition, split)}
        assert found == who, split


def test_only_splits_that_may_be_seen_are_returned(submission: Submission, task: Task) -> None:
    store(submission, task)
    store(submission, task, "private")
    competition = submission.competition
    owner, organizer = submission.participation.user, factories.organizer(competition)
    assert shown_details(owner, competition, submission.pk) == []
    assert [d.split for d in shown_details(organizer, competition, submission.pk)] == ["public"]
    competition.details_public = True
    assert [d.split for d in shown_details(owner, competition, submission.pk)] == ["public"]
    competition.state = "closed"
    assert [d.split for d in shown_details(owner, competition, submission.pk)] == [
        "public",
        "private",
    ]


def organizers_view(submission: Submission) -> Any:
    organizer: User = factories.organizer(submission.competition)
    return shown_details(organizer, submission.competition, submission.pk)


def test_values_have_the_digits_that_pages_tell(submission: Submission, task: Task) -> None:
    store(submission, task)
    (told,) = organizers_view(submission)
    (domain,) = told.slices
    assert [(g.value, g.rows, g.score, g.is_worst) for g in domain.groups] == [
        ("news", 60, 0.1235, True),
        ("film", 40, 0.9, False),
    ]
    assert (domain.name, domain.hidden, domain.gap) == ("domain", 2, 0.7765)
    assert (told.ece, told.brier) == (0.0123, 0.3)
    (typos,) = told.perturbations
    assert (typos.title, typos.rows, typos.original, typos.perturbed) == ("Typos", 33, 0.75, 0.6667)
    assert (told.worst_case.value, told.worst_case.rows, told.metric) == (0.5, 33, "Accuracy")


def test_groups_that_are_equal_have_no_worst(submission: Submission, task: Task) -> None:
    groups = [{"value": name, "rows": 40, "score": 0.5} for name in ("film", "news")]
    stored = {"domain": {"groups": groups, "hidden": 0, "worst": "film", "gap": 0.0}}
    store(submission, task, details={"slices": stored})
    assert not any(group.is_worst for group in organizers_view(submission)[0].slices[0].groups)


def test_a_worst_perturbation_is_named(submission: Submission, task: Task) -> None:
    worst = {"by": "perturbation", "name": "typos", "value": 0.25}
    robustness = {**STORED["robustness"], "worst": worst}  # type: ignore[dict-item]
    store(submission, task, details={"robustness": robustness})
    told = organizers_view(submission)[0].worst_case
    assert (told.name, told.value, told.rows, told.original) == ("typos", 0.25, None, None)


def test_tasks_without_details_failed_ones_and_old_scores_are_absent(
    submission: Submission, task: Task
) -> None:
    store(submission, task, scorer_version="1")
    store(submission, task, scorer_version="2", details={"seeds": {"sd": 1}})
    other = factories.task(submission.competition)
    store(submission, other, failed=True, value=None, points=0)
    assert organizers_view(submission) == []


def test_a_group_is_drawn_only_where_the_metric_goes_from_zero_to_a_fixed_end(
    submission: Submission, task: Task
) -> None:
    store(submission, task)
    groups = organizers_view(submission)[0].slices[0].groups
    assert [group.percent for group in groups] == [pytest.approx(12.35), pytest.approx(90)]
    for metric in ("mcc", "log_loss"):
        type(task).objects.filter(pk=task.pk).update(metric=metric)
        groups = organizers_view(submission)[0].slices[0].groups
        assert [group.percent for group in groups] == [None, None]

"""How submissions stand: public, coarse, with a fixed number of queries."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.models import Participation, Task
from scoring.models import FinalScore, Split, TaskScore
from submissions.models import RunTask, Submission
from submissions.selectors import coarse_progress, coarse_rate, follow, follow_all, own_submissions
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Participation:
    return factories.participation(factories.competition())


def score(submission: Submission, task: Task, split: str, **fields: Any) -> TaskScore:
    fields.setdefault("value", 0.5)
    fields.setdefault("points", 50.0)
    fields.setdefault("scorer_version", "1")
    fields.setdefault("dataset", task.dataset)
    return TaskScore.objects.create(
        submission=submission, task=task, split=split, rows=10, **fields
    )


def test_before_any_run_every_task_is_pending(owner: Participation) -> None:
    task = factories.task(owner.competition, rows=12)
    standing = follow(factories.submission(owner))
    (only,) = standing.tasks
    assert (only.slug, only.state, only.done, only.total) == (task.slug, "pending", 0, 12)
    assert (standing.queue_position, standing.public_score) == (None, None)
    assert (only.rate, only.seconds_left, only.public_points) == (None, None, None)


def test_waiting_runs_know_their_place(owner: Participation) -> None:
    other = factories.participation(owner.competition)
    first, second = (factories.submission(each, state="queued") for each in (other, owner))
    for each in (first, second):
        factories.run(each)
    assert [each.queue_position for each in follow_all([second, first])] == [2, 1]


def test_progress_is_told_in_steps_and_whole_seconds(owner: Participation) -> None:
    factories.task(owner.competition)
    run = factories.run(factories.submission(owner, state="running"), state="running")
    run.tasks.update(state=RunTask.State.RUNNING, rows_done=1234, rows_total=2000, rate=248.06)
    (only,) = follow(run.submission).tasks
    assert (only.done, only.total) == (1200, 2000)
    assert only.rate == round(2000 / 9, 2)
    assert only.seconds_left == 4


@pytest.mark.parametrize("state", ["pending", "ok", "failed"])
def test_only_a_running_task_tells_its_rate(owner: Participation, state: str) -> None:
    factories.task(owner.competition)
    run = factories.run(factories.submission(owner))
    run.tasks.update(state=state, rows_done=5, rows_total=10, rate=3.21)
    (only,) = follow(run.submission).tasks
    assert (only.rate, only.seconds_left) == (None, None)


@given(rate=st.floats() | st.sampled_from([5e-324, math.inf]), total=st.integers(0, 10**6))
def test_any_rate_has_a_coarse_one_or_none(rate: float, total: int) -> None:
    shown = coarse_rate(rate, total)
    assert shown is None or 0 <= shown <= total
    assert shown is not None or not (1e-3 < rate < 1e9 and total)


@given(whole=st.integers(1, 5_000), parts=st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99)))
def test_times_within_one_second_can_not_be_told_apart(
    whole: int, parts: tuple[float, float]
) -> None:
    first, second = (coarse_rate(2000 / (whole - 1 + part), 2000) for part in parts)
    assert first == second


@given(total=st.integers(1, 10**6), data=st.data())
def test_coarse_progress_never_runs_ahead_and_ends_at_the_end(
    total: int, data: st.DataObject
) -> None:
    done = data.draw(st.integers(0, total))
    shown = coarse_progress(done, total)
    assert shown <= done
    assert done - shown <= total / 20 + 1
    assert coarse_progress(total, total) == total


def test_of_several_runs_the_latest_counts(owner: Participation) -> None:
    factories.task(owner.competition)
    submission = factories.submission(owner)
    factories.run(submission, state="lost").tasks.update(state="failed", error_code="timeout")
    factories.run(submission)
    (only,) = follow(submission).tasks
    assert (only.state, only.error_code) == ("pending", "")


def test_only_public_scores_of_the_present_dataset_are_told(owner: Participation) -> None:
    task = factories.task(owner.competition)
    old = task.dataset
    assert old is not None
    submission = factories.submission(owner, state="scored")
    score(submission, task, Split.PRIVATE, value=0.77, points=77.0)
    score(submission, task, Split.PUBLIC, value=0.11, points=11.0, scorer_version="0")
    score(submission, task, Split.PUBLIC, value=0.22, points=22.0)
    FinalScore.objects.create(
        submission=submission, participation=owner, split="private", points=77, rule_version="1"
    )
    standing = follow(submission)
    assert (standing.tasks[0].public_points, standing.tasks[0].public_value) == (22.0, 0.22)
    assert standing.public_score is None
    assert "77" not in repr(standing.tasks)
    old.pk, old.number = None, 2
    old.save()
    task.dataset = old
    task.save()
    assert follow(submission).tasks[0].public_points is None


def test_a_task_that_fails_in_scoring_is_told_as_failed(owner: Participation) -> None:
    task = factories.task(owner.competition)
    run = factories.run(factories.submission(owner, state="scored"), state="done")
    run.tasks.update(state="ok", rows_done=40, rows_total=40)
    score(
        run.submission,
        task,
        Split.PUBLIC,
        value=None,
        points=0,
        failed=True,
        error_code="missing_rows",
        error_message="3 rows are missing.",
    )
    (only,) = follow(run.submission).tasks
    assert (only.state, only.error_code) == ("failed", "bad_predictions")
    assert "3 rows" not in only.message


def test_many_submissions_take_no_more_queries_than_one(
    owner: Participation, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        factories.task(owner.competition)
    for _ in range(6):
        factories.run(factories.submission(owner, state="scored"), state="done")
    found = list(own_submissions(owner.user, owner.competition))  # type: ignore[arg-type]
    with django_assert_max_num_queries(7):
        assert len(follow_all(found)) == 6

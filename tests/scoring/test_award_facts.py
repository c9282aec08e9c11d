"""What the engine is told of a closed competition: from the platform's own measurements."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress

from competitions.models import Nomination, Ruling, Task
from scoring.models import LeaderboardEntry, TaskScore
from scoring.services.award_facts import contenders_of, policy_of, terms_of
from scoring.services.close import close_competition
from submissions.models import Predictions, RunTask, Submission
from tests import factories
from tests.scoring.closing import award, cup, enter

pytestmark = pytest.mark.django_db

GROUPS = {
    "dialect": {
        "groups": [
            {"value": "north", "rows": 40, "score": 0.9},
            {"value": "south", "rows": 31, "score": 0.25},
        ],
        "hidden": 1,
        "worst": "south",
        "gap": 0.65,
    }
}
REPORT = {"latency_p95_ms": 12.5, "latency_p50_ms": 3.0}
USAGE = {"wall_seconds": 3.0, "peak_memory_bytes": 7_000_000}


def score_again(submission: Submission, task: Task, *, report: dict[str, Any]) -> None:
    """Give a submission a score in a second task of the same run."""
    (run,) = submission.runs.all()
    RunTask.objects.update_or_create(run=run, task=task, defaults={"state": "ok", "report": report})
    assert task.dataset is not None
    predictions = Predictions.objects.create(
        run=run, task=task, dataset=task.dataset, sha256=f"{run.pk + 10**6:064x}", size=1
    )
    for split in ("public", "private"):
        TaskScore.objects.create(
            submission=submission,
            predictions=predictions,
            task=task,
            dataset=task.dataset,
            split=split,
            scorer_version="1",
            value=0.5,
            points=50.0,
            rows=20,
        )


def test_measurements_come_from_the_run_that_counts() -> None:
    competition, task = cup()
    ann = enter(
        task,
        "ann",
        80.0,
        parameters=5,
        details={"slices": GROUPS},
        report=REPORT,
        usage=USAGE,
        declared={"training_data": "Books", "extra_data": "none"},
    )
    rerun = factories.run(ann, state="done", usage={"peak_memory_bytes": 1})
    rerun.tasks.update(state="ok", report={"latency_p95_ms": 0.1})
    close_competition(competition=competition, by=factories.organizer(competition))
    (found,) = contenders_of(competition)
    assert (found.name, found.final_points, found.parameters) == ("ann", 80.0, 5)
    assert (found.latency_ms, found.memory_bytes) == (12.5, 7_000_000)
    assert (found.training_data, found.extra_data) == ("Books", "none")
    assert found.group_points == {("films", "dialect"): {"north": 90.0, "south": 25.0}}
    assert found.task_points == {"films": 80.0}
    assert found.first_points is None, "the first is the one that counts"


def test_a_participants_program_can_not_report_its_own_latency() -> None:
    competition, task = cup()
    enter(task, "ann", 80.0, report={"latency_p95_ms": 0.001}, usage=USAGE, format="python")
    close_competition(competition=competition, by=factories.organizer(competition))
    (found,) = contenders_of(competition)
    assert found.latency_ms is None
    assert found.memory_bytes == 7_000_000, "memory is measured from outside"


def test_a_task_without_a_measured_latency_leaves_it_unknown() -> None:
    competition, films = cup()
    tweets = factories.task(competition, slug="tweets")
    ann = enter(films, "ann", 80.0, report={"latency_p95_ms": 1.5}, usage=USAGE)
    score_again(ann, tweets, report={})
    bob = enter(films, "bob", 70.0, report={"latency_p95_ms": 1.5}, usage=USAGE)
    score_again(bob, tweets, report={"latency_p95_ms": 9.5})
    close_competition(competition=competition, by=factories.organizer(competition))
    found = {each.name: each for each in contenders_of(competition)}
    assert found["ann"].latency_ms is None, "the task that nobody measured could be the slowest"
    assert found["bob"].latency_ms == 9.5
    assert found["ann"].memory_bytes == found["bob"].memory_bytes == 7_000_000


def test_improvement_is_measured_from_the_first_scored_submission() -> None:
    competition, task = cup()
    first = enter(task, "ann", 30.0)
    enter(task, "ann", 45.0, participation=first.participation)
    enter(task, "ann", 60.0, participation=first.participation)
    close_competition(competition=competition, by=factories.organizer(competition))
    (found,) = contenders_of(competition)
    assert (found.first_points, found.final_points) == (30.0, 60.0)


def test_a_failed_task_has_no_points() -> None:
    competition, task = cup()
    enter(task, "ann", 30.0, failed=True)
    close_competition(competition=competition, by=factories.organizer(competition))
    (found,) = contenders_of(competition)
    assert found.task_points == {"films": None}


def test_people_are_known_by_state_role_and_address() -> None:
    competition, task = cup(verified_address_required=True)
    team = enter(task, "Team", 50.0, members=("bob", "amy")).participation
    lone = enter(task, "eve", 40.0).participation
    boss = enter(task, "boss", 90.0).participation
    out = enter(task, "out", 95.0).participation
    assert team.team is not None and boss.user is not None
    bob = team.team.members.get(username="bob")
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True)
    EmailAddress.objects.create(user=lone.user, email="eve@example.org", verified=False)
    competition.organizers.add(boss.user)
    organizer = factories.organizer(competition)
    Ruling.objects.create(
        participation=out, verdict="disqualified", reason="Copied.", made_by=organizer
    )
    type(out).objects.filter(pk=out.pk).update(state="disqualified")
    close_competition(competition=competition, by=organizer)
    found = {each.name: each for each in contenders_of(competition)}
    assert found["Team"].unverified == ("amy",)
    assert found["eve"].unverified == ("eve",)
    assert found["boss"].organizes
    assert (found["out"].state, found["out"].ruling) == ("disqualified", "Copied.")
    assert not found["out"].on_board
    assert policy_of(competition).verified_address


def test_terms_follow_the_columns_and_the_list() -> None:
    competition, task = cup()
    ann = enter(task, "ann", 50.0).participation
    made = award(competition, rule="jury", ties="share", group="main")
    Nomination.objects.create(
        award=made, participation=ann, reason="Fine.", made_by=factories.organizer(competition)
    )
    (terms,) = terms_of(competition)
    assert (terms.rule, terms.ties, terms.group) == ("jury", "share", "main")
    assert terms.nominations[ann.pk].reason == "Fine."


def test_rank_sets_are_passed_on_where_they_are_known() -> None:
    competition, task = cup()
    enter(task, "ann", 50.0)
    close_competition(competition=competition, by=factories.organizer(competition))
    LeaderboardEntry.objects.filter(board="private").update(rank_best=1, rank_worst=3)
    (found,) = contenders_of(competition)
    assert (found.rank, found.rank_best, found.rank_worst) == (1, 1, 3)


def test_many_contenders_cost_as_many_queries_as_one(django_assert_max_num_queries: Any) -> None:
    competition, task = cup()
    for number in range(12):
        enter(task, f"p{number}", 50.0 - number)
    close_competition(competition=competition, by=factories.organizer(competition))
    with django_assert_max_num_queries(12):
        assert len(contenders_of(competition)) == 12

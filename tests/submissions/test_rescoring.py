"""Labels fixed after publication: scored aside, looked at, swapped at once, or dropped."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.errors import Conflict, DomainError
from competitions.models import Competition, Task
from publications.chain import verify
from publications.models import Publication
from scoring.models import (
    BoardStatistics,
    FinalScore,
    LeaderboardEntry,
    RescoredFinal,
    Rescoring,
    ScoreRecord,
    TaskScore,
)
from scoring.present_scores import present_task_scores
from scoring.services.close import close_competition
from scoring.services.rescoring import discard, request_publication, start_rescoring
from scoring.services.swap_rescoring import told_boards
from submissions import jobs
from submissions.models import Predictions, Run, Submission
from submissions.reconcile import reconcile
from submissions.recorded import records_of
from submissions.steps import board as board_step
from submissions.steps import rescore as rescore_step
from tests import factories
from tests.submissions import rescoring as lab

pytestmark = pytest.mark.django_db


@pytest.fixture
def competition(enqueued: list[Any]) -> Competition:
    """Two entries: ``ann`` is right everywhere, ``bob`` wrong on the first 10 rows of films."""
    made = lab.cup()
    lab.enter(made, name="ann")
    lab.enter(made, range(10), name="bob")
    return made


def told(competition: Competition) -> list[Any]:
    """Return everything that anybody is told of scores now."""
    client = Client()
    page = client.get(f"/competitions/{competition.slug}/leaderboard/").content.decode()
    api = client.get(f"/api/v1/competitions/{competition.slug}/leaderboard/").json()
    rows = list(LeaderboardEntry.objects.order_by("pk").values())
    finals = list(FinalScore.objects.order_by("pk").values())
    datasets = list(Task.objects.order_by("pk").values_list("dataset", flat=True))
    return [page.partition("<main")[2], api, rows, finals, datasets]


def test_nothing_changes_before_a_rescoring_is_published(competition: Competition) -> None:
    before = told(competition)
    version = lab.new_labels(competition, range(10))
    assert version.task.dataset_id != version.pk
    assert told(competition) == before
    rescoring = lab.computed(competition)
    assert rescoring.state == Rescoring.State.READY
    assert told(competition) == before
    assert not Publication.objects.filter(kind__in=["dataset_current", "rescoring_published"])


def test_publishing_gives_what_the_preview_shows(competition: Competition) -> None:
    before = {name: (rank, points) for name, rank, points in lab.board(competition)}
    lab.new_labels(competition, range(10))
    preview = lab.computed(competition).preview["boards"]["public"]
    assert lab.publish(competition).state == Rescoring.State.PUBLISHED
    after = {name: (rank, points) for name, rank, points in lab.board(competition)}
    assert after["bob"] == (1, 100.0)
    assert after["ann"][0] == 2
    assert {
        (each["participant"], each["old_rank"], each["new_rank"], each["old_points"])
        for each in preview
    } == {(name, before[name][0], after[name][0], round(before[name][1], 2)) for name in after}
    assert {each["participant"]: each["new_points"] for each in preview} == {
        name: round(points, 2) for name, (_, points) in after.items()
    }


def test_a_rescoring_gives_what_scoring_on_the_new_labels_gives(competition: Competition) -> None:
    lab.new_labels(competition, range(10))
    lab.computed(competition)
    lab.publish(competition)
    rescored = {
        (each.submission_id, each.task_id, each.split): each
        for each in TaskScore.objects.filter(dataset__number=2)
    }
    finals = {(each.submission_id, each.split): each for each in FinalScore.objects.all()}
    kept = {key: _numbers(each) for key, each in rescored.items()}
    kept_finals = {key: (each.points, each.low, each.high) for key, each in finals.items()}
    for submission in Submission.objects.all():
        Submission.objects.filter(pk=submission.pk).update(state="scoring")
        jobs.score(str(submission.pk))
    for key, each in rescored.items():
        each.refresh_from_db()
        assert _numbers(each) == kept[key]
    for key, each in finals.items():
        each.refresh_from_db()
        assert (each.points, each.low, each.high) == kept_finals[key]


def _numbers(score: TaskScore) -> tuple[Any, ...]:
    told = (score.value, score.points, score.low, score.high, score.rows, score.missing)
    return (*told, json.dumps([score.interval, score.details], sort_keys=True))


def test_the_preview_tells_how_many_labels_change_and_not_which(competition: Competition) -> None:
    lab.new_labels(competition, [3, 5, 8])
    films, songs = lab.computed(competition).preview["tasks"]
    assert films == {
        "task": "Films",
        "before": 1,
        "after": 2,
        "rows": 40,
        "labels": 3,
        "others": 0,
    }
    assert (songs["before"], songs["after"], songs["labels"]) == (1, 1, 0)


def test_a_preview_before_the_close_tells_nothing_of_private_rows(
    competition: Competition,
) -> None:
    public = set(TaskScore.objects.filter(split="public").values_list("points", flat=True))
    lab.new_labels(competition, range(10))
    rescoring = lab.computed(competition)
    assert set(rescoring.preview["boards"]) == {"public"}
    assert set(lab.publish(competition).before) == {"public"}
    assert public


def test_labels_of_both_tasks_are_swapped_by_one_rescoring(competition: Competition) -> None:
    lab.new_labels(competition, range(10))
    lab.computed(competition)
    lab.new_labels(competition, [0], slug="songs", note="One more.")
    rescoring = lab.opened(competition)
    assert (rescoring.state, rescoring.round) == (Rescoring.State.COMPUTING, 2)
    assert rescoring.note == "Typos.\nOne more."
    assert Rescoring.objects.count() == 1
    lab.computed(competition)
    lab.publish(competition)
    assert set(Task.objects.values_list("dataset__number", flat=True)) == {2}


def test_the_old_board_stays_readable(competition: Competition) -> None:
    before = told_boards(competition)
    lab.new_labels(competition, range(10))
    lab.computed(competition)
    rescoring = lab.publish(competition)
    assert rescoring.before == before
    old = {each.old_points for each in RescoredFinal.objects.filter(split="public")}
    assert {round(points or 0, 2) for points in old} == {
        row["final_score"] for row in before["public"]
    }
    assert TaskScore.objects.filter(dataset__number=1, task__slug="films").count() == 4


def test_publishing_is_logged_once_in_a_chain_that_holds(competition: Competition) -> None:
    lab.new_labels(competition, range(10))
    lab.computed(competition)
    lab.publish(competition)
    jobs.rescore(lab.opened(competition).pk)
    (entry,) = Publication.objects.filter(kind="rescoring_published")
    assert [(each["task"], each["version"]) for each in entry.payload["versions"]["datasets"]] == [
        ("films", 2),
        ("songs", 1),
    ]
    assert "board_sha256" not in entry.payload
    assert Publication.objects.filter(kind="dataset_current").count() == 1
    assert verify(row.entry for row in Publication.objects.all()).broken is None


def test_records_of_a_rescoring_are_told_after_it_is_published(competition: Competition) -> None:
    submission = Submission.objects.get(participation__user__username="bob")
    lab.new_labels(competition, range(10))
    lab.computed(competition)
    assert {each.dataset for each in records_of(submission)} == {1}
    lab.publish(competition)
    records = records_of(submission)
    assert {(each.task, each.dataset) for each in records if each.present} == {
        ("films", 2),
        ("songs", 1),
    }
    assert {each.dataset for each in records if not each.present} == {1}


def test_a_discarded_rescoring_leaves_nothing(competition: Competition) -> None:
    before = told(competition)
    scores, records = TaskScore.objects.count(), ScoreRecord.objects.count()
    lab.new_labels(competition, range(10))
    rescoring = lab.computed(competition)
    assert TaskScore.objects.count() > scores
    discard(rescoring=rescoring)
    assert told(competition) == before
    assert (TaskScore.objects.count(), ScoreRecord.objects.count()) == (scores, records)
    assert not RescoredFinal.objects.exists()
    reconcile()
    jobs.rescore(rescoring.pk)
    assert told(competition) == before


@pytest.mark.django_db(transaction=True)
def test_a_submission_that_arrives_meanwhile_is_taken_along(
    competition: Competition, enqueued: list[Any]
) -> None:
    lab.new_labels(competition, range(10))
    lab.computed(competition)
    late = lab.enter(competition, range(20), name="eve")
    rescoring = lab.opened(competition)
    with pytest.raises(Conflict) as refused:
        request_publication(rescoring=rescoring, by=factories.organizer(competition), note="Fixed.")
    assert refused.value.code == "preview_outdated"
    assert ("score", "rescore", rescoring.pk) in enqueued
    names = {each["participant"] for each in lab.computed(competition).preview["boards"]["public"]}
    assert "eve" in names
    lab.publish(competition)
    score = TaskScore.objects.get(
        submission=late, split="public", task__slug="films", dataset__number=2
    )
    assert score.rescoring == rescoring


def test_a_board_that_changes_while_it_is_published_is_looked_at_again(
    competition: Competition,
) -> None:
    lab.new_labels(competition, range(10))
    rescoring = lab.computed(competition)
    request_publication(rescoring=rescoring, by=factories.organizer(competition), note="Fixed.")
    before = lab.enter(competition, range(20), name="eve")
    jobs.rescore(rescoring.pk)
    rescoring.refresh_from_db()
    assert rescoring.state == Rescoring.State.READY
    assert "changed" in rescoring.problem
    assert Task.objects.get(slug="films").dataset.number == 1  # type: ignore[union-attr]
    assert "eve" in json.dumps(rescoring.preview)
    assert lab.publish(competition).state == Rescoring.State.PUBLISHED
    assert before.state == "scored"


def test_of_two_who_publish_one_wins(competition: Competition) -> None:
    lab.new_labels(competition, range(10))
    first = lab.computed(competition)
    second = Rescoring.objects.get(pk=first.pk)
    by = factories.organizer(competition)
    request_publication(rescoring=first, by=by, note="Fixed.")
    with pytest.raises(Conflict) as refused:
        request_publication(rescoring=second, by=by, note="Fixed too.")
    assert refused.value.code == "rescoring_not_ready"
    with pytest.raises(Conflict):
        discard(rescoring=second)
    jobs.rescore(first.pk)
    assert lab.opened(competition).note == "Fixed."


def test_a_rescoring_is_not_published_without_saying_why(competition: Competition) -> None:
    lab.new_labels(competition, range(10))
    with pytest.raises(DomainError) as refused:
        request_publication(
            rescoring=lab.computed(competition), by=factories.organizer(competition), note=" "
        )
    assert refused.value.code == "note_missing"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_was_lost_midway_is_followed_by_one_that_ends_the_work(
    competition: Competition, enqueued: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.new_labels(competition, range(10))
    rescoring = lab.opened(competition)
    monkeypatch.setattr(rescore_step, "BATCH", 1)
    written = rescore_step.record_rescored
    calls: list[int] = []

    def die_at_the_second(**told: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        written(**told)

    monkeypatch.setattr(rescore_step, "record_rescored", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        jobs.rescore(rescoring.pk)
    long_ago = timezone.now() - timedelta(hours=1)
    Rescoring.objects.update(lease_until=long_ago)
    rescoring.refresh_from_db()
    assert (rescoring.state, rescoring.done, rescoring.total) == ("computing", 1, 2)
    enqueued.clear()
    assert reconcile().rescorings == 1
    assert ("score", "rescore", rescoring.pk) in enqueued
    jobs.rescore(rescoring.pk)
    assert lab.opened(competition).state == Rescoring.State.READY
    assert len(calls) == 3


def test_a_worker_leaves_what_another_holds(competition: Competition) -> None:
    lab.new_labels(competition, range(10))
    later = timezone.now() + timedelta(hours=1)
    Rescoring.objects.update(lease_until=later)
    jobs.rescore(lab.opened(competition).pk)
    assert not RescoredFinal.objects.exists()


def test_a_worker_of_an_earlier_round_writes_nothing(
    competition: Competition, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.new_labels(competition, range(10))
    written = rescore_step.record_rescored

    def begin_anew_first(**told: Any) -> None:
        monkeypatch.setattr(rescore_step, "record_rescored", written)
        lab.new_labels(competition, range(5))
        written(**told)

    monkeypatch.setattr(rescore_step, "record_rescored", begin_anew_first)
    jobs.rescore(lab.opened(competition).pk)
    assert not RescoredFinal.objects.exists()
    lab.computed(competition)
    assert set(
        TaskScore.objects.filter(rescoring__isnull=False).values_list("dataset__number", flat=True)
    ) == {3}


def test_labels_are_scored_from_codes_without_reading_a_file(
    competition: Competition, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not Predictions.objects.filter(coded_sha256="").exists()
    monkeypatch.setattr(rescore_step, "score_task", None)
    lab.new_labels(competition, range(10))
    assert lab.computed(competition).state == Rescoring.State.READY


def test_rank_sets_follow_a_rescoring_and_rest_on_the_new_labels(
    competition: Competition, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.new_labels(competition, range(10))
    lab.computed(competition)
    lab.publish(competition)
    monkeypatch.setattr(board_step, "score_task", None)
    jobs.board(competition.pk)
    best, worst = LeaderboardEntry.objects.filter(board="public").order_by("rank")
    assert best.participation.display_name == "bob"
    assert (best.rank_best, worst.rank_worst) == (1, 2)
    told = BoardStatistics.objects.get(board="public").facts
    assert told["entries"] == 2
    new = TaskScore.objects.filter(dataset__number=2)
    assert not new.filter(evidence_sha256="").exists()


def test_the_ladder_decides_anew_on_the_new_labels(enqueued: list[Any]) -> None:
    competition = lab.cup(rows=200, board_guard="ladder")
    entry = factories.participation(competition)
    first = lab.enter(competition, range(100), rows=200, participation=entry)
    second = lab.enter(competition, (), rows=200, participation=entry)
    third = lab.enter(competition, range(100, 200), rows=200, participation=entry)
    assert told_submissions(competition) == {first.pk, second.pk}
    lab.new_labels(competition, range(100))
    preview = lab.computed(competition).preview["boards"]["public"]
    lab.publish(competition)
    assert told_submissions(competition) == {first.pk}
    assert LeaderboardEntry.objects.get(board="public").submission == first
    assert third.pk not in told_submissions(competition)
    assert [each["new_points"] for each in preview] in ([100.0], [])


def told_submissions(competition: Competition) -> set[Any]:
    finals = FinalScore.objects.filter(split="public", told=True)
    return set(finals.values_list("submission", flat=True))


def test_scores_without_codes_are_read_from_their_files_and_gain_them(
    competition: Competition,
) -> None:
    Predictions.objects.update(coded_sha256="", coded_seal="")
    lab.new_labels(competition, range(10))
    lab.computed(competition)
    assert not Predictions.objects.filter(coded_sha256="").exists()
    lab.publish(competition)
    assert lab.board(competition)[0] == ("bob", 1, 100.0)


def test_codes_that_were_put_in_place_of_others_are_not_believed(competition: Competition) -> None:
    perfect, poor = Predictions.objects.filter(task__slug="films").order_by("pk")
    Predictions.objects.filter(pk=poor.pk).update(coded_sha256=perfect.coded_sha256)
    lab.new_labels(competition, [39])
    lab.computed(competition)
    new = TaskScore.objects.filter(rescoring__isnull=False, task__slug="films")
    assert {each.value for each in new.filter(predictions=poor)} != {
        each.value for each in new.filter(predictions=perfect)
    }


def test_predictions_that_are_not_sealed_stop_a_rescoring_and_say_whose(
    competition: Competition,
) -> None:
    before = told(competition)
    bob = Submission.objects.get(participation__user__username="bob")
    Predictions.objects.filter(run__submission=bob).update(coded_sha256="", seal="0" * 64)
    lab.new_labels(competition, range(10))
    rescoring = lab.computed(competition)
    assert rescoring.state == Rescoring.State.FAILED
    assert str(bob.pk) in rescoring.problem
    assert told(competition) == before
    discard(rescoring=rescoring)


def test_a_close_waits_for_an_open_rescoring(competition: Competition) -> None:
    by = factories.organizer(competition)
    lab.new_labels(competition, range(10))
    with pytest.raises(Conflict) as refused:
        close_competition(competition=competition, by=by)
    assert refused.value.code == "rescoring_open"
    lab.computed(competition)
    lab.publish(competition)
    close_competition(competition=competition, by=by)
    assert lab.board(competition, "private")[0] == ("bob", 1, 100.0)


def test_provisional_results_follow_a_rescoring_and_published_ones_refuse_it(
    enqueued: list[Any],
) -> None:
    competition = lab.cup(dispute_days=7)
    lab.enter(competition, name="ann")
    lab.enter(competition, range(10), name="bob")
    factories_award(competition)
    close_competition(competition=competition, by=factories.organizer(competition))
    assert winner(competition) == "ann"
    lab.new_labels(competition, range(10))
    assert winner(competition) == "ann"
    assert set(lab.computed(competition).preview["boards"]) == {"public", "private"}
    rescoring = lab.publish(competition)
    assert set(rescoring.before) == {"public", "private"}
    assert winner(competition) == "bob"
    entry = Publication.objects.get(kind="rescoring_published")
    assert len(entry.payload["records"]) == 4
    assert entry.payload["board_sha256"]
    competition.ceremony.__class__.objects.update(state="published", published_at=timezone.now())
    with pytest.raises(Conflict) as refused:
        lab.new_labels(competition, range(5))
    assert refused.value.code == "competition_closed"


def factories_award(competition: Competition) -> None:
    competition.awards.create(slug="gold", title="Gold", rule="overall_rank")


def winner(competition: Competition) -> str:
    ceremony = competition.ceremony.__class__.objects.get(competition=competition)
    (grant,) = ceremony.verdicts[0]["grants"]
    return str(grant["participant"])


def test_a_new_scorer_counts_when_its_rescoring_is_published(
    competition: Competition, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = factories.organizer(competition)
    with pytest.raises(Conflict) as refused:
        start_rescoring(competition=competition, by=by)
    assert refused.value.code == "scorer_current"
    TaskScore.objects.update(scorer_version="2", points=50)
    FinalScore.objects.update(points=50)
    for entry in LeaderboardEntry.objects.all():
        cells = {slug: {**cell, "points": 50} for slug, cell in entry.tasks.items()}
        LeaderboardEntry.objects.filter(pk=entry.pk).update(final_score=50, tasks=cells)
    start_rescoring(competition=competition, by=by, note="A fault of the metric.")
    lab.computed(competition)
    assert {points for _, _, points in lab.board(competition)} == {50.0}
    everybody = list(Submission.objects.values_list("pk", flat=True))
    counting = present_task_scores(everybody, "public").values()
    assert {score.points for score in counting} == {50.0}
    lab.publish(competition)
    assert lab.board(competition)[0] == ("ann", 1, 100.0)


def test_a_run_that_was_made_again_replaces_what_was_computed_of_the_one_before(
    competition: Competition,
) -> None:
    lab.new_labels(competition, range(10))
    lab.computed(competition)
    bob = Submission.objects.get(participation__user__username="bob")
    run = factories.run(bob, state="done")
    for task in competition.tasks.select_related("dataset"):
        lab.predict(run, task, ["neg"] * 40)
    Submission.objects.filter(pk=bob.pk).update(state="scoring")
    jobs.score(str(bob.pk))
    reconcile()
    lab.computed(competition)
    lab.publish(competition)
    scores = TaskScore.objects.filter(submission=bob, dataset__number=2)
    assert {each.predictions.run_id for each in scores if each.predictions} == {run.pk}
    assert Run.objects.filter(submission=bob).count() == 2


def test_the_number_of_queries_does_not_grow_with_the_submissions(
    competition: Competition, django_assert_num_queries: Any
) -> None:
    def queries() -> int:
        lab.new_labels(competition, range(10))
        with CaptureQueriesContext(connection) as seen:
            lab.computed(competition)
        return len(seen)

    few = queries()
    for number in range(6):
        lab.enter(competition, range(number), name=f"more{number}")
    assert queries() <= few + 4

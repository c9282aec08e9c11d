"""From a queued run to boards and awards, with a sandbox that answers what the test says."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from common import blobs
from common.errors import Conflict
from competitions.models import Award, Competition, Task
from competitions.services.datasets import add_dataset_version
from scoring import records
from scoring.models import FinalScore, LeaderboardEntry, ScoreRecord, Split, TaskScore
from scoring.services.close import close_competition
from scoring.services.signing import platform_key
from submissions import jobs
from submissions.models import Run, Submission
from submissions.reconcile import reconcile
from submissions.services.cancel import cancel
from submissions.services.rerun import rerun
from submissions.services.select_final import select_final
from submissions.steps import score as score_step
from submissions.steps.claim import claim_run
from tests import factories
from tests.fakes import ALL_ENVIRONMENTS, ALL_HELD, FakeBackend, host

pytestmark = pytest.mark.django_db(transaction=True)

Play = Callable[..., Submission]


def number(row: dict[str, Any]) -> int:
    """Return the number in the text of a factories' row; sample rows have none."""
    last = row["input"]["text"].split()[-1]
    return int(last) if last.isdigit() else 0


def parity(row: dict[str, Any]) -> dict[str, Any]:
    """Answer every row of the factories' task right."""
    return {"label": ["neg", "pos"][number(row) % 2]}


def inverted(row: dict[str, Any]) -> dict[str, Any]:
    """Answer every row wrong."""
    return {"label": ["pos", "neg"][number(row) % 2]}


def replace_labels(competition: Competition) -> Task:
    """Give the task ``topic`` the opposite labels at once, as in a draft whose entries have scores.

    After publication that takes a rescoring (tests/submissions/test_rescoring.py).
    """
    Competition.objects.filter(pk=competition.pk).update(state="draft")
    task = Task.objects.get(slug="topic")
    assert task.dataset is not None
    labels = factories.jsonl([{"id": f"r{i}", "label": ["pos", "neg"][i % 2]} for i in range(60)])
    with blobs.inputs.open(task.dataset.inputs_sha256) as inputs:
        add_dataset_version(
            task=task,
            inputs=inputs,
            labels=io.BytesIO(labels),
            train=None,
            by=factories.organizer(competition),
        )
    Competition.objects.filter(pk=competition.pk).update(state="published")
    return task


@pytest.fixture
def competition() -> Competition:
    made = factories.competition()
    factories.task(made, slug="sentiment", rows=40)
    factories.task(made, slug="topic", rows=60, weight=3.0)
    return made


@pytest.fixture
def play(competition: Competition, enqueued: list[Any], monkeypatch: Any) -> Play:
    """Return a function that enters a submission and runs it through infer and score."""

    def run(backend: FakeBackend, *, entry: Any = None, **fields: Any) -> Submission:
        entry = entry or factories.participation(competition)
        fields.setdefault("format", "transformers")
        submission = factories.submission(entry, state="queued", **fields)
        made = factories.run(submission)
        monkeypatch.setattr("submissions.sandboxes.host", lambda: host(backend))
        jobs.infer(made.pk)
        jobs.score(str(submission.pk))
        submission.refresh_from_db()
        return submission

    return run


def test_a_perfect_and_a_wrong_model_get_100_and_0_points(play: Play) -> None:
    perfect = play(FakeBackend(answers={"sentiment": parity, "topic": parity}))
    wrong = play(FakeBackend(answers={"sentiment": inverted, "topic": inverted}))
    for submission, points in ((perfect, 100), (wrong, 0)):
        assert submission.state == "scored"
        scores = FinalScore.objects.filter(submission=submission)
        assert {(each.split, each.points) for each in scores} == {
            ("public", points),
            ("private", points),
        }


def test_both_splits_together_are_all_rows(play: Play) -> None:
    submission = play(FakeBackend())
    scores = TaskScore.objects.filter(submission=submission, task__slug="topic")
    assert sum(score.rows for score in scores) == 60
    assert all(score.rows > 0 for score in scores)


def test_a_failed_task_is_zero_points_and_the_mean_is_weighted(play: Play) -> None:
    submission = play(FakeBackend(answers={"topic": parity}, failing={"sentiment": "missing_head"}))
    failed = TaskScore.objects.get(submission=submission, task__slug="sentiment", split="public")
    assert (failed.failed, failed.points, failed.error_code) == (True, 0.0, "missing_head")
    final = FinalScore.objects.get(submission=submission, split="public")
    assert final.points == pytest.approx(75.0)
    assert submission.state == "scored"


def test_a_submission_whose_tasks_all_fail_is_failed_and_on_no_board(play: Play) -> None:
    submission = play(FakeBackend(failing={"sentiment": "bad_model", "topic": "bad_model"}))
    assert (submission.state, submission.error_code) == ("failed", "bad_model")
    assert not LeaderboardEntry.objects.exists()


def test_predictions_that_break_the_schema_fail_their_task_with_the_line(play: Play) -> None:
    submission = play(FakeBackend(answers={"sentiment": lambda row: {"label": 3}, "topic": parity}))
    failed = TaskScore.objects.get(submission=submission, task__slug="sentiment", split="public")
    assert failed.failed
    assert "predictions.jsonl line 1" in failed.error_message


def test_the_board_counts_the_best_submission_and_shares_ties(
    play: Play, competition: Competition
) -> None:
    entry = factories.participation(competition)
    best = play(FakeBackend(answers={"sentiment": parity, "topic": parity}), entry=entry)
    play(FakeBackend(), entry=entry)
    play(FakeBackend(answers={"sentiment": parity, "topic": parity}))
    play(FakeBackend(answers={"sentiment": inverted, "topic": inverted}))
    board = LeaderboardEntry.objects.filter(board="public")
    assert [(row.rank, row.final_score) for row in board] == [(1, 100.0), (1, 100.0), (3, 0.0)]
    assert board[0].submission == best


def test_a_baseline_is_shown_without_a_rank(play: Play, competition: Competition) -> None:
    baseline = factories.participation(competition, is_baseline=True)
    play(FakeBackend(answers={"sentiment": parity, "topic": parity}), entry=baseline)
    play(FakeBackend())
    board = LeaderboardEntry.objects.filter(board="public")
    assert [(row.rank, row.participation.is_baseline) for row in board] == [
        (1, False),
        (None, True),
    ]
    competition.refresh_from_db()
    assert competition.baseline_scored_at is not None


def test_scoring_twice_changes_nothing(play: Play) -> None:
    submission = play(FakeBackend())
    before = list(TaskScore.objects.values_list("pk", "value", "points"))
    jobs.score(str(submission.pk))
    assert list(TaskScore.objects.values_list("pk", "value", "points")) == before


def test_every_task_score_has_a_record_that_verifies(play: Play) -> None:
    play(FakeBackend())
    for record in ScoreRecord.objects.all():
        key = platform_key().public_key()
        assert records.read_envelope(record.envelope).is_signed_by(key)
    assert ScoreRecord.objects.count() == TaskScore.objects.count() == 4


def test_a_chosen_final_counts_at_the_close(play: Play, competition: Competition) -> None:
    entry = factories.participation(competition)
    play(FakeBackend(answers={"sentiment": parity, "topic": parity}), entry=entry)
    chosen = play(FakeBackend(), entry=entry)
    Submission.objects.filter(pk=chosen.pk).update(selected_final=True)
    close_competition(competition=competition, by=factories.organizer(competition))
    row = LeaderboardEntry.objects.get(board="private", participation=entry)
    assert row.submission == chosen


def award(competition: Competition, **fields: Any) -> Award:
    fields.setdefault("title", fields["slug"])
    return Award.objects.create(competition=competition, **fields)


def test_awards_follow_their_rules_and_are_signed(play: Play, competition: Competition) -> None:
    award(competition, slug="overall", rule="overall_rank", rank_from=1, rank_to=2)
    topic = Task.objects.get(slug="topic")
    award(competition, slug="topic", rule="task_rank", task=topic)
    award(competition, slug="small", rule="constraints", max_parameters=1000)
    first = play(FakeBackend(answers={"sentiment": parity, "topic": parity}), parameters=5000)
    small = play(FakeBackend(answers={"sentiment": parity}), parameters=1000)
    tied = play(FakeBackend(answers={"sentiment": parity}))
    baseline = factories.participation(competition, is_baseline=True)
    play(FakeBackend(answers={"sentiment": parity, "topic": parity}), entry=baseline)

    grants = close_competition(competition=competition, by=factories.organizer(competition))

    assert [(g.award.slug, g.rank, g.submission) for g in grants] == [
        ("overall", 1, first),
        ("overall", 2, small),
        ("topic", 1, first),
        ("small", 1, small),
    ]
    assert tied.created_at > small.created_at
    for grant in grants:
        key = platform_key().public_key()
        assert records.read_envelope(grant.envelope).is_signed_by(key)
    competition.refresh_from_db()
    assert competition.state == "closed"


def test_nobody_wins_with_nothing(play: Play, competition: Competition) -> None:
    award(competition, slug="overall", rule="overall_rank", rank_from=1, rank_to=3)
    play(FakeBackend(answers={"sentiment": inverted, "topic": inverted}))
    assert close_competition(competition=competition, by=factories.organizer(competition)) == []


def test_closing_waits_for_unfinished_submissions(competition: Competition) -> None:
    factories.submission(factories.participation(competition), state="running")
    with pytest.raises(Conflict) as caught:
        close_competition(competition=competition, by=factories.organizer(competition))
    assert caught.value.code == "submissions_unfinished"
    competition.refresh_from_db()
    assert competition.state == "published"


def test_a_competition_closes_once(competition: Competition) -> None:
    by = factories.organizer(competition)
    close_competition(competition=competition, by=by)
    with pytest.raises(Conflict, match="published"):
        close_competition(competition=competition, by=by)


def test_replaced_labels_are_scored_from_the_stored_predictions(
    play: Play, competition: Competition, enqueued: list[Any]
) -> None:
    submission = play(FakeBackend(answers={"sentiment": parity, "topic": parity}))
    task = replace_labels(competition)
    enqueued.clear()
    reconcile()
    assert ("score", "score", str(submission.pk)) in enqueued
    assert not [job for _, job, _ in enqueued if job == "infer"]
    jobs.score(str(submission.pk))
    final = FinalScore.objects.get(submission=submission, split="public")
    assert final.points == pytest.approx(25.0)
    assert LeaderboardEntry.objects.get(board="public").tasks["topic"]["points"] == 0.0
    assert TaskScore.objects.filter(submission=submission, task=task, split="public").count() == 2
    assert Run.objects.filter(submission=submission).count() == 1


def test_a_close_waits_until_replaced_labels_are_scored(
    play: Play, competition: Competition
) -> None:
    by = factories.organizer(competition)
    submission = play(FakeBackend(answers={"sentiment": parity, "topic": parity}))
    replace_labels(competition)
    with pytest.raises(Conflict) as caught:
        close_competition(competition=competition, by=by)
    assert caught.value.code == "labels_replaced"
    reconcile()
    jobs.score(str(submission.pk))
    close_competition(competition=competition, by=by)
    assert LeaderboardEntry.objects.get(board="private").final_score == pytest.approx(25.0)


def test_a_competition_that_closed_meanwhile_is_not_scored_again(
    play: Play, competition: Competition, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = play(FakeBackend())
    close_competition(competition=competition, by=factories.organizer(competition))
    seen_before = [Submission.objects.get(pk=submission.pk)]
    monkeypatch.setattr("submissions.reconcile.needs_rescoring", lambda: seen_before)
    reconcile()
    submission.refresh_from_db()
    assert submission.state == "scored"


def test_a_rerun_that_is_cancelled_leaves_the_board(play: Play, competition: Competition) -> None:
    submission = play(FakeBackend())
    select_final(submission=submission, by=submission.submitted_by)
    rerun(submission=submission, by=factories.organizer(competition))
    cancel(submission=submission, by=submission.submitted_by)
    submission.refresh_from_db()
    assert (submission.state, submission.selected_final) == ("cancelled", False)
    assert not LeaderboardEntry.objects.exists()


def test_a_run_whose_worker_died_is_tried_again(
    play: Play, competition: Competition, enqueued: list[Any]
) -> None:
    submission = factories.submission(factories.participation(competition), state="queued")
    run = factories.run(submission)
    claim = claim_run(
        run_id=run.pk, worker="w", backend="fake", held=ALL_HELD, environments=ALL_ENVIRONMENTS
    )
    assert claim is not None
    assert reconcile().runs_lost == 0
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    enqueued.clear()
    assert reconcile().runs_lost == 1
    submission.refresh_from_db()
    following = submission.runs.get(attempt=2)
    assert (submission.state, following.state) == ("queued", "queued")
    assert ("cpu", "infer", following.pk) in enqueued


def test_an_emptied_queue_is_filled_again(competition: Competition, enqueued: list[Any]) -> None:
    entry = factories.participation(competition)
    waiting = factories.submission(entry, state="received")
    scoring = factories.submission(entry, state="scoring")
    queued = factories.run(factories.submission(entry, state="queued"))
    long_ago = timezone.now() - timedelta(hours=1)
    Submission.objects.update(state_since=long_ago)
    Run.objects.update(queued_at=long_ago)
    reconcile()
    assert sorted(enqueued) == sorted(
        [
            ("score", "validate", str(waiting.pk)),
            ("score", "score", str(scoring.pk)),
            ("cpu", "infer", queued.pk),
        ]
    )


def test_private_scores_of_open_competitions_are_on_no_stored_board(play: Play) -> None:
    play(FakeBackend())
    assert not LeaderboardEntry.objects.filter(board=Split.PRIVATE).exists()


def test_labels_replaced_while_a_score_is_computed_are_the_ones_that_count(
    competition: Competition, enqueued: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = factories.submission(
        factories.participation(competition), state="queued", format="transformers"
    )
    run = factories.run(submission)
    backend = FakeBackend(answers={"sentiment": parity, "topic": parity})
    monkeypatch.setattr("submissions.sandboxes.host", lambda: host(backend))
    jobs.infer(run.pk)
    claim = score_step.claim_submission(submission_id=str(submission.pk))
    assert claim is not None
    scored = score_step.compute(claim)
    replace_labels(competition)
    enqueued.clear()
    score_step.record(claim, scored)
    submission.refresh_from_db()
    assert submission.state == "scoring"
    assert enqueued == [("score", "score", str(submission.pk))]
    jobs.score(str(submission.pk))
    assert FinalScore.objects.get(submission=submission, split="public").points == pytest.approx(25)

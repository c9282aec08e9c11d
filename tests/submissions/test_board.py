"""After scores came: what the boards can claim, from evidence that score workers alone read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from common import blobs
from competitions.models import Competition
from scoring.models import BoardStatistics, FinalScore, LeaderboardEntry, Split, TaskScore
from scoring.services.board_statistics import is_stale, refresh_statistics
from scoring.services.close import close_competition
from scoring.services.leaderboard import refresh_board
from submissions import jobs, queue
from submissions.models import Submission
from submissions.reconcile import reconcile
from submissions.steps.board import stale_competitions
from tests import factories
from tests.fakes import FakeBackend, host

pytestmark = pytest.mark.django_db(transaction=True)

Enter = Callable[..., Submission]
COLUMNS = ("rank", "rank_best", "rank_worst", "p_next")


def right_below(limit: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Answer the factories' rows right whose number is below ``limit``, the others wrong."""

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        last = row["input"]["text"].split()[-1]
        number = int(last) if last.isdigit() else 0
        return {"label": ["neg", "pos"][(number + (number >= limit)) % 2]}

    return answer


@pytest.fixture
def competition() -> Competition:
    made = factories.competition(public_fraction=0.5, split_key="5e" * 32)
    factories.task(made, slug="mood", rows=200)
    return made


@pytest.fixture
def enter(competition: Competition, enqueued: list[Any], monkeypatch: Any) -> Enter:
    """Return a function that enters and scores a model that is right on the rows below a number."""

    def run(limit: int, *, entry: Any = None) -> Submission:
        entry = entry or factories.participation(competition)
        submission = factories.submission(entry, state="queued", format="transformers")
        backend = FakeBackend(
            answers={task.slug: right_below(limit) for task in competition.tasks.all()}
        )
        monkeypatch.setattr("submissions.sandboxes.host", lambda: host(backend))
        jobs.infer(factories.run(submission).pk)
        jobs.score(str(submission.pk))
        submission.refresh_from_db()
        assert submission.state == "scored"
        return submission

    return run


def told(competition: Competition, board: str = "public") -> list[Any]:
    entries = LeaderboardEntry.objects.filter(competition=competition, board=board)
    return list(entries.order_by("rank", "submitted_at").values_list(*COLUMNS))


def test_scores_carry_intervals_and_evidence(enter: Enter) -> None:
    submission = enter(160)
    for score in TaskScore.objects.filter(submission=submission):
        assert score.low < score.points < score.high  # type: ignore[operator]
        assert score.interval["method"] == "multinomial"
        assert score.interval["resamples"] == 10_000
        assert score.interval["level"] == 0.95
        assert blobs.evidence.is_whole(score.evidence_sha256)
    for final in FinalScore.objects.filter(submission=submission):
        assert final.low < final.points < final.high  # type: ignore[operator]
        assert set(final.interval["seeds"]) == {"mood"}
    entry = LeaderboardEntry.objects.get()
    assert (entry.low, entry.high) == (entry.tasks["mood"]["low"], entry.tasks["mood"]["high"])


def test_a_changed_board_asks_for_one_job_that_the_queue_knows(
    competition: Competition, enter: Enter, enqueued: list[Any]
) -> None:
    enter(160)
    wanted = ("score", "board", competition.pk)
    assert wanted in enqueued
    assert "submissions.jobs.board" in queue.JOBS


def test_entries_far_apart_are_told_apart_and_equal_ones_are_tied(
    competition: Competition, enter: Enter
) -> None:
    enter(200)
    enter(120)
    enter(120)
    jobs.board(competition.pk)
    (first, second, third) = told(competition)
    assert (first[:3], second[:3], third[:3]) == ((1, 1, 1), (2, 2, 3), (2, 2, 3))
    assert first[3] < 0.001
    assert second[3] == 1.0
    assert third[3] is None
    facts = BoardStatistics.objects.get(board="public").facts
    entries = LeaderboardEntry.objects.order_by("rank", "submitted_at")
    assert facts["brackets"] == [[entries[1].participation_id, entries[2].participation_id]]
    assert facts["tasks"]["mood"]["detectable"]["points"] > 0
    assert facts["entries"] == 3


def test_a_doubled_job_writes_the_same_again(competition: Competition, enter: Enter) -> None:
    enter(150)
    enter(140)
    jobs.board(competition.pk)
    before = (told(competition), BoardStatistics.objects.get().facts)
    jobs.board(competition.pk)
    BoardStatistics.objects.all().delete()
    LeaderboardEntry.objects.update(rank_best=None, rank_worst=None, p_next=None)
    jobs.board(competition.pk)
    assert (told(competition), BoardStatistics.objects.get().facts) == before


def test_a_board_that_changed_has_no_old_rank_sets(competition: Competition, enter: Enter) -> None:
    enter(200)
    jobs.board(competition.pk)
    refresh_board(competition=competition, board=Split.PUBLIC)
    assert told(competition)[0][1:3] == (1, 1)
    enter(120)
    assert [row[1] for row in told(competition)] == [None, None]
    assert is_stale(competition, Split.PUBLIC)


def test_the_reconciler_finds_stale_boards(
    competition: Competition,
    enter: Enter,
    enqueued: list[Any],
    django_assert_max_num_queries: Any,
) -> None:
    enter(200)
    enqueued.clear()
    assert reconcile().boards == 1
    assert ("score", "board", competition.pk) in enqueued
    jobs.board(competition.pk)
    assert reconcile().boards == 0
    BoardStatistics.objects.update(computed_at=timezone.now() + timedelta(hours=1))
    LeaderboardEntry.objects.update(updated_at=timezone.now() - timedelta(days=1))
    with django_assert_max_num_queries(1):
        assert stale_competitions() == []
    enter(120)
    LeaderboardEntry.objects.update(updated_at=timezone.now() + timedelta(hours=2))
    assert stale_competitions() == [competition]


def test_a_board_that_changes_meanwhile_is_not_written(
    competition: Competition, enter: Enter, monkeypatch: Any
) -> None:
    enter(200)
    late = factories.participation(competition)

    def change(*_: Any, **__: Any) -> Any:
        enter(120, entry=late)
        monkeypatch.undo()
        return {}

    monkeypatch.setattr("scoring.services.board_statistics._known_tests", change)
    jobs.board(competition.pk)
    assert not BoardStatistics.objects.exists()
    assert [row[1] for row in told(competition)] == [None, None]


def test_only_pairs_that_changed_are_tested_again(
    competition: Competition, enter: Enter, monkeypatch: Any
) -> None:
    enter(200)
    enter(120)
    jobs.board(competition.pk)
    kept = BoardStatistics.objects.get().facts["tests"]
    enter(80)
    tested: list[int] = []
    monkeypatch.setattr("scoring.board._test", lambda *args: tested.append(args[3]) or 0.5)
    jobs.board(competition.pk)
    assert tested == [1]
    assert kept.items() <= BoardStatistics.objects.get().facts["tests"].items()


def test_older_scores_get_their_evidence_from_stored_predictions(
    competition: Competition, enter: Enter
) -> None:
    enter(200)
    enter(120)
    jobs.board(competition.pk)
    columns = ("low", "high", "interval", "evidence_sha256")
    before = list(TaskScore.objects.order_by("pk").values_list(*columns))
    ranked = told(competition)
    for sha256 in TaskScore.objects.values_list("evidence_sha256", flat=True):
        blobs.evidence.delete(sha256)
    nothing = {"low": None, "high": None, "interval": {}}
    TaskScore.objects.update(**nothing, evidence_sha256="")
    FinalScore.objects.update(**nothing)
    BoardStatistics.objects.all().delete()
    refresh_board(competition=competition, board=Split.PUBLIC)
    assert [row[1] for row in told(competition)] == [None, None]
    jobs.board(competition.pk)
    assert list(TaskScore.objects.order_by("pk").values_list(*columns)) == before
    assert told(competition) == ranked
    assert not LeaderboardEntry.objects.filter(low=None).exists()


def test_an_entry_whose_evidence_is_lost_may_be_anywhere(
    competition: Competition, enter: Enter
) -> None:
    lost = enter(200)
    enter(160)
    TaskScore.objects.filter(submission=lost).update(evidence_sha256="", predictions=None)
    jobs.board(competition.pk)
    (first, second) = told(competition)
    assert first == (1, None, None, None)
    assert second[:3] == (2, 1, 2)
    assert not is_stale(competition, Split.PUBLIC)


def test_a_test_against_an_entry_further_down_says_nothing_of_the_next(
    competition: Competition, enter: Enter
) -> None:
    enter(200)
    lost = enter(160)
    enter(100)
    TaskScore.objects.filter(submission=lost).update(evidence_sha256="", predictions=None)
    jobs.board(competition.pk)
    assert [row[0] for row in told(competition)] == [1, 2, 3]
    assert [row[3] for row in told(competition)] == [None, None, None]


def test_entries_too_many_to_compare_may_hold_the_last_ones_ranks(
    competition: Competition, enter: Enter, monkeypatch: Any
) -> None:
    monkeypatch.setattr("scoring.services.board_statistics.MOST_ENTRIES", 3)
    for limit in (200, 120, 116, 100, 80):
        enter(limit)
    jobs.board(competition.pk)
    assert [row[:3] for row in told(competition)] == [
        (1, 1, 1),
        (2, 2, 5),
        (3, 2, 5),
        (4, None, None),
        (5, None, None),
    ]


@pytest.mark.parametrize(("step", "ranks"), [(2.0, (1, 1, 1)), (60.0, (1, 1, 2))])
def test_a_guard_s_steps_tell_apart_only_what_is_sure(
    competition: Competition, enter: Enter, step: float, ranks: tuple[int, int, int]
) -> None:
    Competition.objects.filter(pk=competition.pk).update(board_guard="rounding", guard_step=step)
    enter(200)
    enter(120)
    jobs.board(competition.pk)
    first = told(competition)[0]
    assert first[:3] == ranks
    assert (first[3] < 0.05) == (ranks == (1, 1, 1))


def test_nothing_private_is_computed_before_the_close(
    competition: Competition, enter: Enter
) -> None:
    enter(200)
    enter(120)
    refresh_board(competition=competition, board=Split.PRIVATE)
    jobs.board(competition.pk)
    assert not refresh_statistics(competition=competition, board=Split.PRIVATE)
    assert set(BoardStatistics.objects.values_list("board", flat=True)) == {"public"}
    close_competition(competition=competition, by=factories.organizer(competition))
    jobs.board(competition.pk)
    assert set(BoardStatistics.objects.values_list("board", flat=True)) == {"public", "private"}
    assert [row[:3] for row in told(competition, "private")] == [(1, 1, 1), (2, 2, 2)]


def test_the_private_board_knows_the_public_ranks(competition: Competition, enter: Enter) -> None:
    first, second = enter(200), enter(120)
    FinalScore.objects.filter(submission=second, split="private").update(points=100.0)
    FinalScore.objects.filter(submission=first, split="private").update(points=1.0)
    close_competition(competition=competition, by=factories.organizer(competition))
    private = LeaderboardEntry.objects.filter(board="private").order_by("rank")
    assert list(private.values_list("rank", "public_rank")) == [(1, 2), (2, 1)]
    public = LeaderboardEntry.objects.filter(board="public")
    assert set(public.values_list("public_rank", flat=True)) == {None}


def test_secondary_columns_stand_beside_the_score(competition: Competition, enter: Enter) -> None:
    Competition.objects.filter(pk=competition.pk).update(secondary_columns=["win_rate", "borda"])
    enter(200)
    enter(120)
    entries = LeaderboardEntry.objects.order_by("rank")
    assert [entry.secondary for entry in entries] == [
        {"win_rate": 1.0, "borda": 1.0},
        {"win_rate": 0.0, "borda": 0.0},
    ]

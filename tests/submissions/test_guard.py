"""Guards of the public board, from a run to what pages, the API and the close tell of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common import blobs
from competitions.models import Competition, Participation
from scoring.models import FinalScore, LeaderboardEntry, TaskScore
from scoring.services.close import close_competition
from scoring.services.guard import replay_guard
from submissions import jobs
from submissions.models import Submission
from submissions.services.rerun import rerun
from submissions.services.select_final import select_final
from tests import factories
from tests.clients import api
from tests.fakes import FakeBackend, host

pytestmark = pytest.mark.django_db(transaction=True)

SPLIT: dict[str, Any] = {"public_fraction": 0.5, "split_key": "5e" * 32}
Play = Callable[..., Submission]
Answer = Callable[[dict[str, Any]], dict[str, Any]]


def right_of(share: int, *, turn: int = 0) -> Answer:
    """Answer ``share`` of each hundred rows right; another ``turn``, other rows."""

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        last = row["input"]["text"].split()[-1]
        number = int(last) if last.isdigit() else 0
        is_right = (number * 37 + turn) % 100 < share
        return {"label": ["neg", "pos"][(number + (not is_right)) % 2]}

    return answer


@pytest.fixture
def ladder() -> Competition:
    made = factories.competition(board_guard="ladder", **SPLIT)
    factories.task(made, slug="mood", rows=400)
    return made


@pytest.fixture
def entry(ladder: Competition) -> Participation:
    return factories.participation(ladder)


@pytest.fixture
def play(enqueued: list[Any], monkeypatch: Any) -> Play:
    """Enter a submission of a participation and run it through infer and score."""

    def run(entry: Participation, *answers: Answer, failing: Any = None) -> Submission:
        submission = factories.submission(entry, state="queued", format="transformers")
        return run_again(submission, factories.run(submission), *answers, failing=failing)

    def run_again(submission: Submission, made: Any, *answers: Answer, failing: Any) -> Submission:
        slugs = submission.competition.tasks.order_by("slug").values_list("slug", flat=True)
        backend = FakeBackend(
            answers=dict(zip(slugs, answers, strict=False)), failing=failing or {}
        )
        monkeypatch.setattr("submissions.sandboxes.host", lambda: host(backend))
        jobs.infer(made.pk)
        jobs.score(str(submission.pk))
        submission.refresh_from_db()
        return submission

    run.again = run_again  # type: ignore[attr-defined]
    return run


def told(submission: Submission) -> bool:
    return FinalScore.objects.get(submission=submission, split="public").told


def reason(submission: Submission) -> str:
    guard = FinalScore.objects.get(submission=submission, split="public").guard
    return str(guard.get("reason", ""))


def exact(submission: Submission, split: str = "public") -> float:
    return FinalScore.objects.get(submission=submission, split=split).points


def shown(submission: Submission) -> dict[str, Any]:
    client = api(submission.submitted_by)
    answer: dict[str, Any] = client.get(f"/api/v1/submissions/{submission.pk}/").json()
    return answer


def on_board(submission: Submission) -> bool:
    return LeaderboardEntry.objects.filter(submission=submission, board="public").exists()


def test_the_first_is_told_and_an_equal_one_never(play: Play, entry: Participation) -> None:
    first = play(entry, right_of(70))
    second = play(entry, right_of(70))
    assert (told(first), reason(first)) == (True, "first")
    assert (told(second), reason(second)) == (False, "not_better")
    assert on_board(first)
    assert shown(first)["public_score"] == pytest.approx(exact(first), abs=0.05)
    assert shown(first)["held_back"] == ""
    answer = shown(second)
    assert answer["public_score"] is None
    assert [task["public_points"] for task in answer["tasks"]] == [None]
    assert [task["public_value"] for task in answer["tasks"]] == [None]
    assert f"{shown(first)['public_score']:.2f} points" in answer["held_back"]


def test_only_a_clear_improvement_moves_the_board(play: Play, entry: Participation) -> None:
    first = play(entry, right_of(70))
    slightly = play(entry, right_of(71, turn=50))
    assert not told(slightly)
    assert on_board(first)
    clearly = play(entry, right_of(85))
    assert (told(clearly), reason(clearly)) == (True, "better")
    assert on_board(clearly)
    worse = play(entry, right_of(80))
    assert not told(worse)
    assert on_board(clearly)


def test_each_participation_has_a_ladder_of_its_own(play: Play, entry: Participation) -> None:
    play(entry, right_of(90))
    other = play(factories.participation(entry.competition), right_of(50))
    assert (told(other), reason(other)) == (True, "first")


def test_the_page_says_why_there_is_no_number(play: Play, entry: Participation) -> None:
    first, second = play(entry, right_of(70)), play(entry, right_of(70))
    client = Client()
    client.force_login(second.submitted_by)
    page = client.get(f"/submissions/{second.pk}/").content.decode()
    assert "Scored, not shown yet." in page
    assert "No clear improvement over your best told score" in page
    listed = client.get(f"/competitions/{entry.competition.slug}/submissions/").content.decode()
    assert listed.count("Scored, not shown yet.") == 1
    assert "held-back" not in client.get(f"/submissions/{first.pk}/").content.decode()


def test_all_numbers_come_with_the_close_and_the_best_told_one_counts(
    play: Play, entry: Participation
) -> None:
    first, second = play(entry, right_of(70)), play(entry, right_of(71, turn=50))
    assert exact(second, "private") != exact(first, "private")
    assert not told(second)
    _close(entry.competition)
    final = LeaderboardEntry.objects.get(board="private")
    assert final.submission == first
    assert LeaderboardEntry.objects.get(board="public").final_score == exact(first)
    assert shown(second)["public_score"] == pytest.approx(exact(second), abs=0.005)
    assert shown(second)["held_back"] == ""


def test_a_held_back_submission_may_be_chosen_as_final(play: Play, entry: Participation) -> None:
    play(entry, right_of(70))
    second = play(entry, right_of(70, turn=3))
    select_final(submission=second, by=second.submitted_by)
    _close(entry.competition)
    assert LeaderboardEntry.objects.get(board="private").submission == second


def test_a_failed_task_is_told_with_its_reason_and_the_rest_is_not(
    play: Play, entry: Participation
) -> None:
    factories.task(entry.competition, slug="topic", rows=60)
    play(entry, right_of(90), right_of(90))
    second = play(entry, right_of(80), failing={"topic": "bad_model"})
    mood, topic = shown(second)["tasks"]
    assert mood["public_points"] is None
    assert (topic["state"], topic["error_code"]) == ("failed", "bad_model")
    assert shown(second)["public_score"] is None


def test_what_failed_whole_sets_no_bar(play: Play, entry: Participation) -> None:
    failed = play(entry, failing={"mood": "bad_model"})
    assert (failed.state, reason(failed)) == ("failed", "failed")
    first = play(entry, right_of(50))
    assert (told(first), reason(first)) == (True, "first")


def test_another_run_takes_later_decisions_again_in_their_order(
    play: Any, entry: Participation
) -> None:
    first, second, third = (
        play(entry, right_of(70)),
        play(entry, right_of(71, turn=50)),
        play(entry, right_of(90)),
    )
    assert [told(each) for each in (first, second, third)] == [True, False, True]
    organizer = factories.organizer(entry.competition)
    again = rerun(submission=first, by=organizer)
    play.again(first, again, right_of(70), failing=None)
    assert [told(each) for each in (first, second, third)] == [True, False, True]
    first.refresh_from_db()
    again = rerun(submission=first, by=organizer)
    play.again(first, again, right_of(40), failing=None)
    assert [told(each) for each in (first, second, third)] == [True, True, True]


def test_a_replay_takes_the_same_decisions_again(play: Play, entry: Participation) -> None:
    for share, turn in ((60, 0), (60, 50), (75, 0), (74, 3), (90, 0)):
        play(entry, right_of(share, turn=turn))
    before = list(_decisions())
    FinalScore.objects.update(told=True, guard={})
    replay_guard(competition=entry.competition)
    assert list(_decisions()) == before
    assert {told for told, _ in before} == {True, False}
    assert LeaderboardEntry.objects.count() == 1


def test_without_evidence_the_two_are_taken_as_independent(
    play: Play, entry: Participation, caplog: Any
) -> None:
    play(entry, right_of(70))
    nested = play(entry, right_of(73))
    clear = play(entry, right_of(95))
    assert (told(nested), told(clear)) == (True, True)
    for score in TaskScore.objects.filter(split="public"):
        blobs.evidence.delete(score.evidence_sha256)
    replay_guard(competition=entry.competition)
    assert (told(nested), told(clear)) == (False, True)
    assert "is compared by intervals" in caplog.text
    FinalScore.objects.update(low=None, high=None)
    replay_guard(competition=entry.competition)
    assert not told(clear)


def test_what_was_told_of_a_cancelled_submission_stays_the_bar(
    play: Play, entry: Participation
) -> None:
    best = play(entry, right_of(90))
    Submission.objects.filter(pk=best.pk).update(state="cancelled")
    later = play(entry, right_of(80))
    assert not told(later)


def test_without_a_guard_every_submission_is_told(play: Play, entry: Participation) -> None:
    Competition.objects.update(board_guard="none")
    entry.competition.refresh_from_db()
    made = [play(entry, right_of(share)) for share in (70, 70, 60)]
    assert all(told(each) and shown(each)["public_score"] is not None for each in made)
    assert not any(reason(each) for each in made)


@pytest.fixture
def rounding() -> Competition:
    made = factories.competition(board_guard="rounding", guard_step=10.0, **SPLIT)
    factories.task(made, slug="mood", rows=400)
    return made


def test_rounded_scores_share_a_rank_and_stand_in_order_of_time(
    play: Play, rounding: Competition
) -> None:
    later = play(factories.participation(rounding), right_of(71))
    Submission.objects.filter(pk=later.pk).update(created_at=timezone.now() + timedelta(hours=1))
    earlier = play(factories.participation(rounding), right_of(69))
    best = play(factories.participation(rounding), right_of(90))
    jobs.board(rounding.pk)
    board = api(best.submitted_by).get(f"/api/v1/competitions/{rounding.slug}/leaderboard/").json()
    told = [(each["rank"], each["final_score"]) for each in board["entries"]]
    assert told == [(1, 90.0), (2, 70.0), (2, 70.0)]
    assert [each["participant"] for each in board["entries"]][1:] == [
        earlier.participation.display_name,
        later.participation.display_name,
    ]
    assert board["entries"][1]["tied_with_next"]
    assert {each["tasks"]["mood"]["points"] for each in board["entries"]} == {70.0, 90.0}
    assert {each["tasks"]["mood"]["value"] for each in board["entries"]} == {None}
    assert all(each["low"] % 10 == each["high"] % 10 == 0 for each in board["entries"])


def test_of_one_rounded_number_the_earlier_submission_counts(
    play: Play, rounding: Competition
) -> None:
    entry = factories.participation(rounding)
    first, better = play(entry, right_of(69)), play(entry, right_of(71))
    assert on_board(first)
    assert shown(better)["public_score"] == 70.0
    _close(rounding)
    assert LeaderboardEntry.objects.get(board="private").submission == first
    assert LeaderboardEntry.objects.get(board="public").final_score == exact(first)


def _decisions() -> Any:
    return (
        FinalScore.objects.filter(split="public")
        .order_by("submission__number")
        .values_list("told", "guard")
    )


def _close(competition: Competition) -> None:
    competition.phases.update(ends_at=timezone.now())
    close_competition(competition=competition, by=factories.organizer(competition))

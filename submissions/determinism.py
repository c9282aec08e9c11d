"""The gate before awards: the leading entries run once more, and must give the same.

The leading entries are those of the private board, so it opens at the close. Each runs again as it
ran before; then both sets of predictions are scored and compared row by row. A difference beyond
the competition's tolerance is the organizers' to look at: nothing is published until they have.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from common.errors import Conflict, DomainError
from common.transitions import LostRace, transition
from competitions.models import Competition, Task
from scoring.models import Ceremony, LeaderboardEntry, Split
from scoring.services.score_task import TaskResult, score_task
from submissions.access import check_organizer
from submissions.models import DeterminismCheck, Predictions, Run, Submission
from submissions.seal import is_sealed
from submissions.steps.infer import queue_run
from submissions.steps.score import scored_run
from submissions.stored_answers import answer_key, answers_by_row, test_row_ids

State = DeterminismCheck.State
_DECIMALS = 9


def leading(competition: Competition) -> list[Submission]:
    """Return the counting submissions of the first ``gate_entries`` places, best first.

    All that share the last of these places are among them; baselines are not.
    """
    board = LeaderboardEntry.objects.filter(
        competition=competition,
        board=Split.PRIVATE,
        rank__lte=competition.gate_entries,
        final_score__gt=0,
    )
    return [entry.submission for entry in board.select_related("submission").order_by("rank")]


def start_checks(*, competition: Competition) -> list[DeterminismCheck]:
    """Queue a second run of each leading entry that has had none; needs a closed competition."""
    with transaction.atomic():
        locked = Competition.objects.select_for_update().get(pk=competition.pk)
        if locked.state != Competition.State.CLOSED:
            return []
        started = (_start(each, locked.gate_tolerance) for each in leading(locked))
        return [check for check in started if check is not None]


def unchecked_competitions() -> list[Competition]:
    """Return closed competitions whose results wait for a gate that has not been opened."""
    waiting = Competition.objects.filter(
        state=Competition.State.CLOSED,
        gate_entries__gt=0,
        ceremony__state=Ceremony.State.PROVISIONAL,
    )
    return [each for each in waiting if _without_check(each)]


def compare(*, run_id: int) -> None:
    """Compare a finished second run with the first and record what differs. May be called twice."""
    check = (
        DeterminismCheck.objects.filter(repeat=run_id, state=State.RUNNING)
        .select_related("submission__participation__competition", "original", "repeat")
        .first()
    )
    if check is None or check.repeat.state != Run.State.DONE:
        return
    tasks = check.submission.competition.tasks.select_related("dataset", "competition")
    differences = {task.slug: _difference(check, task) for task in tasks}
    beyond = any(each["beyond"] for each in differences.values())
    try:
        transition(
            check,
            State.RUNNING,
            State.DIFFERS if beyond else State.SAME,
            differences=differences,
            ended_at=timezone.now(),
        )
    except LostRace:
        return


def accept(*, check: DeterminismCheck, by: User, reason: str) -> None:
    """Let a difference stand, as an organizer.

    Raises:
        Forbidden: ``organizers_only``.
        DomainError: ``reason_missing``.
        Conflict: ``nothing_to_accept``.
    """
    check_organizer(by, check.submission)
    if not reason.strip():
        raise DomainError("reason_missing", "Say why the difference may stand.", field="reason")
    try:
        transition(
            check,
            State.DIFFERS,
            State.ACCEPTED,
            accepted_by=by,
            accepted_reason=reason.strip()[:2000],
        )
    except LostRace as lost:
        raise Conflict("nothing_to_accept", "This check has no open difference.") from lost


def open_gates(competition: Competition) -> list[Conflict]:
    """Return what the gate holds against publishing a competition's results now."""
    checks = DeterminismCheck.objects.filter(
        submission__in=[each.pk for each in leading(competition)]
    ).select_related("submission__participation__user", "submission__participation__team")
    by_state = {state: [each for each in checks if each.state == state] for state in State}
    found = []
    if waiting := len(by_state[State.RUNNING]) + len(_without_check(competition)):
        found.append(
            Conflict(
                "determinism_unchecked",
                f"{waiting} leading entries are still to be run again. That happens by itself; "
                "then publish.",
            )
        )
    if names := ", ".join(str(each.submission) for each in by_state[State.DIFFERS]):
        found.append(
            Conflict(
                "determinism_differs",
                f"Run again, these gave other scores: {names}. Look at both runs side by side, "
                "then accept the difference with a reason, or disqualify the entry.",
            )
        )
    return found


def _without_check(competition: Competition) -> list[Submission]:
    leaders = leading(competition)
    checked = DeterminismCheck.objects.filter(submission__in=[each.pk for each in leaders])
    have = set(checked.values_list("submission", flat=True))
    return [each for each in leaders if each.pk not in have]


def _start(submission: Submission, tolerance: float) -> DeterminismCheck | None:
    original = scored_run(submission)
    if original is None or DeterminismCheck.objects.filter(submission=submission).exists():
        return None
    last = submission.runs.aggregate(last=Max("attempt"))["last"]
    repeat = queue_run(submission=submission, attempt=last + 1, purpose=Run.Purpose.CHECK)
    return DeterminismCheck.objects.create(
        submission=submission, original=original, repeat=repeat, tolerance=tolerance
    )


def _difference(check: DeterminismCheck, task: Task) -> dict[str, Any]:
    """Return ``{"public": [first, second], "private": [first, second], "rows", "other_rows",
    "beyond"}``: points of both runs (None: failed), test rows, those with another answer."""
    runs = (check.original, check.repeat)
    stored = [_predictions(run, task) for run in runs]
    results = [_scored(task, each) for each in stored]
    pairs = {
        split.value: [None if each is None else each.points(split) for each in results]
        for split in Split
    }
    rows = test_row_ids(task) if task.dataset else []
    return {
        **pairs,
        "rows": len(rows),
        "other_rows": _other_rows(stored, task, rows),
        "beyond": any(_beyond(pair, check.tolerance) for pair in pairs.values()),
    }


def _beyond(points: list[float | None], tolerance: float) -> bool:
    first, second = points
    if first is None or second is None:
        return first is not second
    # Points are sums of binary fractions: 50.1 - 50.0 is a hair above 0.1.
    return round(abs(first - second) - tolerance, _DECIMALS) > 0


def _predictions(run: Run, task: Task) -> Predictions | None:
    found = run.predictions.filter(task=task).select_related("run__submission").first()
    return found if found is not None and is_sealed(found) else None


def _scored(task: Task, stored: Predictions | None) -> TaskResult | None:
    if stored is None:
        return None
    return score_task(
        task=task,
        predictions_id=stored.pk,
        predictions_sha256=stored.sha256,
        key=stored.run.key,
    )


def _other_rows(stored: list[Predictions | None], task: Task, rows: list[str]) -> int:
    answers = [None if each is None else answers_by_row(each, task) for each in stored]
    first, second = ({} if each is None else each for each in answers)
    return sum(answer_key(first.get(row)) != answer_key(second.get(row)) for row in rows)

"""Decides which public scores the Ladder tells, and writes it down with its reason.

A decision falls once, when a score is recorded: under the competition's row lock, so that two
submissions of one participation never meet the same best. When a score changes (another run, new
labels), the decisions from there on are taken again in their first order.

Reads evidence, so only score workers may call it. Where evidence of the same rows is missing, the
two submissions are taken as independent, by the width of their intervals: an error that is larger
than the paired one of submissions that mostly agree, so less is told. Without intervals nothing is.
"""

from __future__ import annotations

import logging
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from competitions.models import Competition, Participation, Task
from scoring.board import BoardTask
from scoring.evidence import EvidenceInvalid
from scoring.guard import guarded_points
from scoring.ladder import LADDER_VERSION, Bounds, is_clear, paired_error, unpaired_error
from scoring.models import FinalScore, Split, TaskScore
from scoring.present_scores import present_task_scores
from scoring.services.board_statistics import board_task, read_evidence

logger = logging.getLogger(__name__)

FIRST, BETTER, NOT_BETTER, FAILED = "first", "better", "not_better", "failed"
_Scores = Mapping[tuple[uuid.UUID, int], TaskScore]


@dataclass(frozen=True, slots=True)
class _Decided:
    told: bool
    facts: dict[str, Any]


def replay_guard(*, competition: Competition) -> None:
    """Take all decisions of a competition again, in their first order.

    For scores that were replaced in bulk; the caller writes the board anew. Does nothing without
    the Ladder. Needs a transaction that holds the competition's row lock.
    """
    if competition.board_guard != Competition.Guard.LADDER:
        return
    for participation in competition.participations.all():
        _decide(competition, list(_finals(participation)), best=None)


def decide_told(*, participation: Participation, submission_id: uuid.UUID) -> None:
    """Decide on a submission's public score, and again on those recorded after it.

    Needs a transaction that holds the competition's row lock.
    """
    competition = participation.competition
    if competition.board_guard != Competition.Guard.LADDER:
        return
    finals = list(_finals(participation))
    place = next(n for n, each in enumerate(finals) if each.submission_id == submission_id)
    earlier = [each for each in finals[:place] if _counts(each)]
    _decide(competition, finals[place:], best=max(earlier, key=lambda e: e.points, default=None))


def _finals(participation: Participation) -> Iterable[FinalScore]:
    """Return public final scores in the order in which they were first recorded.

    Cancelled ones too: what was told of them stays told.
    """
    scores = FinalScore.objects.filter(participation=participation, split=Split.PUBLIC)
    return scores.order_by("created_at", "pk")


def _counts(final: FinalScore) -> bool:
    return final.told and final.guard.get("reason") != FAILED


def _decide(
    competition: Competition, finals: Sequence[FinalScore], *, best: FinalScore | None
) -> None:
    tasks = list(competition.tasks.select_related("dataset", "competition"))
    known = [*finals, *([best] if best else [])]
    scores = present_task_scores([each.submission_id for each in known], Split.PUBLIC)
    for final in finals:
        found = _decided(tasks, scores, final, best, competition)
        facts = {"version": LADDER_VERSION, **found.facts}
        if (final.told, final.guard) != (found.told, facts):
            final.told, final.guard = found.told, facts
            final.save(update_fields=["told", "guard"])
        if _counts(final):
            best = final


def _decided(
    tasks: Sequence[Task],
    scores: _Scores,
    final: FinalScore,
    best: FinalScore | None,
    competition: Competition,
) -> _Decided:
    own = [scores.get((final.submission_id, task.pk)) for task in tasks]
    present = [score for score in own if score is not None]
    if present and all(score.failed for score in present):
        return _Decided(told=True, facts={"reason": FAILED})
    if best is None:
        return _Decided(told=True, facts={"reason": FIRST})
    facts = {
        "over": str(best.submission_id),
        "best": guarded_points(best.points, competition),
        "difference": final.points - best.points,
    }
    # Evidence is read only where it can matter.
    higher = final.points > best.points
    error = _error(tasks, scores, best, final, competition.aggregation) if higher else None
    if error is None or not is_clear(final.points, best=best.points, error=error):
        return _Decided(told=False, facts={"reason": NOT_BETTER, **facts, **_told_error(error)})
    return _Decided(told=True, facts={"reason": BETTER, **facts, **_told_error(error)})


def _told_error(error: float | None) -> dict[str, float]:
    return {} if error is None or math.isinf(error) else {"error": error}


def _error(
    tasks: Sequence[Task], scores: _Scores, best: FinalScore, final: FinalScore, rule: str
) -> float:
    try:
        found = [_board_task(task, scores, best, final) for task in tasks]
        return paired_error(found, finals=[best.points, final.points], rule=rule)
    except (EvidenceInvalid, FileNotFoundError, ValueError) as error:
        logger.warning("submission %s is compared by intervals: %s", final.submission_id, error)
        return unpaired_error([_bounds(best), _bounds(final)])


def _board_task(task: Task, scores: _Scores, best: FinalScore, final: FinalScore) -> BoardTask:
    pair = [scores.get((each.submission_id, task.pk)) for each in (best, final)]
    present = [score for score in pair if score is not None]
    if len(present) < len(pair):
        raise EvidenceInvalid(f"no score of task {task.slug} on its present labels")
    return board_task(
        task,
        split=Split.PUBLIC,
        evidence=[None if score.failed else read_evidence(score) for score in present],
        points=[score.points for score in present],
    )


def _bounds(final: FinalScore) -> Bounds | None:
    if final.low is None or final.high is None:
        return None
    return Bounds(final.low, final.high)

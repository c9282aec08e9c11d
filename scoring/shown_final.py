"""A submission's final score taken apart: the rule's formula with its numbers, and intervals.

While a guard keeps the board, a submission's own points are not all told, so neither is this: it
comes with the close.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from competitions.models import Competition
from scoring.formula import Formula, NamedPoints, Term, formula
from scoring.guard import is_guarded
from scoring.models import FinalScore, Split, TaskScore
from scoring.present_scores import present_task_scores
from scoring.ranking import displayed
from scoring.shown_statistics import ShownInterval, interval_decimals, shown_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalTerm:
    """One task of a final score with its interval."""

    term: Term
    interval: ShownInterval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFinal:
    """The final score on one split, with the digits of pages; ``decimals`` of intervals."""

    split: str
    formula: Formula
    interval: ShownInterval | None
    decimals: int
    terms: tuple[FinalTerm, ...]

    @property
    def split_title(self) -> str:
        """The split's name for people."""
        return Split(self.split).label


def shown_finals(competition: Competition, submission_id: uuid.UUID) -> list[ShownFinal]:
    """Return how the final scores of a submission came about, the public one first.

    The private one is there from the close on. Who may see the submission at all is the caller's
    question.
    """
    closed = competition.state == Competition.State.CLOSED
    if is_guarded(competition):
        return []
    splits = [Split.PUBLIC, Split.PRIVATE] if closed else [Split.PUBLIC]
    found = [_shown(competition, submission_id, split) for split in splits]
    return [each for each in found if each is not None]


def _shown(competition: Competition, submission_id: uuid.UUID, split: Split) -> ShownFinal | None:
    final = FinalScore.objects.filter(submission=submission_id, split=split).first()
    present = present_task_scores([submission_id], split).values()
    scores = sorted(present, key=lambda score: (score.task.position, score.task_id))
    if final is None or not scores:
        return None
    named = [_named(score) for score in scores]
    made = formula(named, rule=competition.aggregation, stored=final.points)
    return ShownFinal(
        split=split,
        formula=made,
        interval=shown_interval(final.low, final.high, competition),
        decimals=interval_decimals(competition),
        terms=tuple(
            FinalTerm(term=term, interval=shown_interval(score.low, score.high, competition))
            for term, score in zip(made.terms, scores, strict=True)
        ),
    )


def _named(score: TaskScore) -> NamedPoints:
    """Take points as they are displayed: no page tells more."""
    return NamedPoints(
        title=score.task.title,
        points=None if score.failed else displayed(score.points),
        weight=score.task.weight,
        category=score.task.category,
    )

"""The best by points in one task. A task that failed has none."""

from __future__ import annotations

from scoring.awards.facts import Contender
from scoring.awards.rules.base import Outcome, by_points, rule
from scoring.awards.terms import Terms


@rule("task_rank")
def task_rank(terms: Terms, contender: Contender) -> Outcome:
    """Measure by the points of the award's task."""
    where = f"in “{terms.task_title}”"
    return by_points(contender.task_points.get(terms.task), where=where, words=where)

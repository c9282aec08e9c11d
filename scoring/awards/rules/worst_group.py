"""The best by points on its own worst subgroup of a slice.

Groups below ``scoring.details.slices.SMALLEST_GROUP`` rows are not among the facts: their values
are mostly chance. All contenders are measured on the same groups of the same rows.
"""

from __future__ import annotations

from scoring.awards.facts import Contender
from scoring.awards.rules.base import Outcome, Refused, by_points, rule
from scoring.awards.terms import Terms


@rule("worst_group")
def worst_group(terms: Terms, contender: Contender) -> Outcome:
    """Measure by the points of the group with the fewest."""
    groups = contender.group_points.get((terms.task, terms.slice_name), {})
    if contender.task_points.get(terms.task) is None:
        return Refused(f"No points in “{terms.task_title}”.")
    if not groups:
        return Refused(f"No group of the slice “{terms.slice_name}” has rows enough.")
    name = min(groups, key=lambda group: (groups[group], group))
    where = f"in the group “{name}” of “{terms.slice_name}”, its worst, in “{terms.task_title}”"
    return by_points(groups[name], where=where, words=where)

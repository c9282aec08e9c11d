"""What the entries of a board take against what they reach, as everybody may know it.

While a competition runs, others learn the parameters of an entry, as on its board; what else a
model takes is its people's affair until the close. Of code of participants' own nothing is told
here beyond the size of its files: it could choose or report any figure (``submissions.efficiency``,
docs/decisions/0016-others-figures-from-the-close-on.md).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from competitions.models import Competition, Participation
from scoring.models import LeaderboardEntry
from scoring.pictures.pareto import pareto_front
from scoring.ranking import displayed
from submissions.efficiency import rounded
from submissions.models import Run, RunTask
from submissions.verdicts import owns_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One horizontal axis. ``sign`` is -1 where more is better; ``unit`` stands behind numbers."""

    name: str
    title: str
    axis: str
    says: str
    sign: int = 1
    early: bool = False


MEASURES = {
    each.name: each
    for each in (
        Measure(
            name="parameters",
            title="Parameters",
            axis="parameters",
            says="Parameters are counted in the files; participants' own code has none to count.",
            early=True,
        ),
        Measure(
            name="bytes",
            title="Size",
            axis="size of all files",
            says="The size is that of all files of a submission.",
        ),
        Measure(
            name="latency",
            title="Latency",
            axis="latency of a row (p50), slowest task",
            says="Half of the rows took at most this long, each by itself, in the slowest task.",
        ),
        Measure(
            name="rate",
            title="Rows per second",
            axis="rows per second, slowest task",
            says="Rows per second in the slowest task. More is better.",
            sign=-1,
        ),
    )
}
_REPORTED = {"latency": "latency_p50_ms", "rate": "rows_per_second"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One entry of the picture."""

    entry: LeaderboardEntry
    amount: float
    points: float
    mine: bool
    baseline: bool
    on_front: bool


def told_measures(competition: Competition) -> list[Measure]:
    """Return the measures of others' entries that may be told now."""
    closed = competition.state == Competition.State.CLOSED
    return [each for each in MEASURES.values() if each.early or closed]


def asked_measure(competition: Competition, asked: str) -> Measure:
    """Return the measure named ``asked`` if it may be told now, else the first."""
    told = told_measures(competition)
    return next((each for each in told if each.name == asked), told[0])


def placed_entries(
    entries: Sequence[LeaderboardEntry], measure: Measure, *, mine: Participation | None
) -> list[Placed]:
    """Return the entries of a board that have points and the measure, in their order.

    The front is that of ranked entries. Takes one query at most.
    """
    amounts = _amounts(entries, measure)
    pairs = [
        (entry, amounts[entry.submission_id], displayed(entry.final_score))
        for entry in entries
        if entry.submission_id in amounts
    ]
    found = [(entry, amount, points) for entry, amount, points in pairs if points is not None]
    ranked = [each for each in found if each[0].rank is not None]
    front = pareto_front([(measure.sign * amount, points) for _, amount, points in ranked])
    on_front = {ranked[index][0].pk for index in front}
    return [
        Placed(
            entry=entry,
            amount=amount,
            points=points,
            mine=mine is not None and entry.participation_id == mine.pk,
            baseline=entry.participation.is_baseline,
            on_front=entry.pk in on_front,
        )
        for entry, amount, points in found
    ]


def _amounts(entries: Sequence[LeaderboardEntry], measure: Measure) -> Mapping[uuid.UUID, float]:
    submissions = [entry.submission for entry in entries]
    if measure.name == "bytes":
        return {each.pk: _shown(each.size) for each in submissions}
    if measure.name == "parameters":
        return {each.pk: _shown(each.parameters) for each in submissions if each.parameters}
    platforms = [each.pk for each in submissions if not owns_code(each.format)]
    return _slowest(platforms, measure)


def _shown(count: int) -> float:
    """Return a count with three digits, as boards show it."""
    return float(f"{count:.3g}")


def _slowest(submissions: Sequence[uuid.UUID], measure: Measure) -> Mapping[uuid.UUID, float]:
    """Return the figure of the slowest task of each last run that has one for every task."""
    figure = f"report__{_REPORTED[measure.name]}"
    rows = RunTask.objects.filter(
        run__submission__in=submissions,
        run__state=Run.State.DONE,
        run__purpose=Run.Purpose.SCORE,
    ).order_by("run__attempt")
    by_run: dict[uuid.UUID, dict[int, list[float | None]]] = defaultdict(lambda: defaultdict(list))
    for submission, run, amount in rows.values_list("run__submission_id", "run_id", figure):
        by_run[submission][run].append(amount)
    found = {}
    for submission, runs in by_run.items():
        amounts = [rounded(amount) for amount in list(runs.values())[-1]]
        known = [amount for amount in amounts if amount]
        if len(known) == len(amounts):
            found[submission] = max(known) if measure.sign > 0 else min(known)
    return found

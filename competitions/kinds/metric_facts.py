"""What every metric is called and means.

Each metric is one file of ``scoring.metrics``, which registers its facts here: lower layers read
them without knowing the scorer. Loading the app ``scoring``, or ``scoring.metrics``, fills the
list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from competitions.kinds.shapes import Shape

Direction = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFacts:
    """``low`` and ``high`` are the ends of the metric's range, None where there is no end.

    ``shapes`` are those of the kinds it can score, ``needs`` the optional keys of an answer that
    it can't do without, ``reference`` the library or paper whose values it gives.
    """

    name: str
    title: str
    sentence: str
    direction: Direction
    low: float | None
    high: float | None
    shapes: tuple[Shape, ...]
    reference: str
    needs: tuple[str, ...] = ()

    @property
    def bounded(self) -> bool:
        """Tell whether points need no baseline and ceiling: more is better, up to a fixed end."""
        ends = self.low is not None and self.high is not None
        return ends and self.direction == "higher"


METRIC_FACTS: dict[str, MetricFacts] = {}


def register(facts: MetricFacts) -> MetricFacts:
    """Add a metric's facts to the list and return them; raises ValueError for a second one."""
    if METRIC_FACTS.setdefault(facts.name, facts) != facts:
        raise ValueError(f"there are two metrics called {facts.name}")
    return facts


def share(
    name: str,
    title: str,
    sentence: str,
    *,
    shapes: tuple[Shape, ...],
    reference: str,
    needs: tuple[str, ...] = (),
) -> MetricFacts:
    """Register a metric within 0 and 1, of which more is better."""
    return register(
        MetricFacts(
            name=name,
            title=title,
            sentence=sentence,
            direction="higher",
            low=0.0,
            high=1.0,
            shapes=shapes,
            reference=reference,
            needs=needs,
        )
    )


def correlation(
    name: str, title: str, sentence: str, *, shapes: tuple[Shape, ...], reference: str
) -> MetricFacts:
    """Register a metric within -1 and 1, of which more is better."""
    return register(
        MetricFacts(
            name=name,
            title=title,
            sentence=sentence,
            direction="higher",
            low=-1.0,
            high=1.0,
            shapes=shapes,
            reference=reference,
        )
    )


def error(
    name: str,
    title: str,
    sentence: str,
    *,
    shapes: tuple[Shape, ...],
    reference: str,
    needs: tuple[str, ...] = (),
    high: float | None = None,
) -> MetricFacts:
    """Register a metric from 0 on, of which less is better."""
    return register(
        MetricFacts(
            name=name,
            title=title,
            sentence=sentence,
            direction="lower",
            low=0.0,
            high=high,
            shapes=shapes,
            reference=reference,
            needs=needs,
        )
    )


def metrics_for(shape: Shape) -> tuple[str, ...]:
    """Return the names of the metrics that can score a shape, in alphabetical order."""
    return tuple(sorted(name for name, facts in METRIC_FACTS.items() if shape in facts.shapes))


def get_metric_facts(name: str) -> MetricFacts:
    """Return the facts; raises KeyError when there is no such metric."""
    return METRIC_FACTS[name]


def anchor_problems(
    facts: MetricFacts, *, baseline: float | None, ceiling: float | None
) -> list[str]:
    """Say what is wrong with a task's baseline and ceiling; an empty list when nothing is.

    Metrics within a range of which more is better ignore both. The others need both, with the
    ceiling on the better side.
    """
    if facts.bounded:
        return []
    if baseline is None or ceiling is None:
        return [f"{facts.title} has no fixed range: give the task a baseline and a ceiling."]
    if facts.direction == "higher" and ceiling <= baseline:
        return [f"{facts.title}: higher is better, so the ceiling must lie above the baseline."]
    if facts.direction == "lower" and ceiling >= baseline:
        return [f"{facts.title}: lower is better, so the ceiling must lie below the baseline."]
    return []

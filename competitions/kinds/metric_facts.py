"""What every metric is called and means, readable without loading the scorer.

The formulas live in ``scoring.metrics``, one file each; a test keeps the two lists equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFacts:
    """``low`` and ``high`` are the ends of the metric's range, None where there is no end."""

    name: str
    title: str
    sentence: str
    direction: Direction
    low: float | None
    high: float | None

    @property
    def bounded(self) -> bool:
        """Tell whether the range has both ends, so that points need no baseline and ceiling."""
        return self.low is not None and self.high is not None


def _share(name: str, title: str, sentence: str) -> MetricFacts:
    return MetricFacts(
        name=name, title=title, sentence=sentence, direction="higher", low=0.0, high=1.0
    )


def _correlation(name: str, title: str, sentence: str) -> MetricFacts:
    return MetricFacts(
        name=name, title=title, sentence=sentence, direction="higher", low=-1.0, high=1.0
    )


def _error(name: str, title: str, sentence: str) -> MetricFacts:
    return MetricFacts(
        name=name, title=title, sentence=sentence, direction="lower", low=0.0, high=None
    )


_ALL = (
    _share("accuracy", "Accuracy", "The share of rows answered right."),
    _share(
        "balanced_accuracy",
        "Balanced accuracy",
        "The mean over the classes of the share of their rows answered right, so that rare "
        "classes count as much as common ones.",
    ),
    _share(
        "macro_f1",
        "Macro-F1",
        "The mean over the classes of F1, the harmonic mean of precision and recall.",
    ),
    _share(
        "precision",
        "Macro precision",
        "The mean over the classes of the share of right answers among all answers that name "
        "the class.",
    ),
    _share(
        "recall",
        "Macro recall",
        "The mean over the task's classes of the share of their rows answered right; a class "
        "without rows counts as 0.",
    ),
    _correlation(
        "mcc",
        "Matthews correlation",
        "The correlation between true and predicted classes: 0 for answers without knowledge.",
    ),
    _correlation(
        "spearman",
        "Spearman correlation",
        "How well the answers put the rows in the true order: 1 for the same order, 0 for no "
        "relation.",
    ),
    _correlation(
        "pearson",
        "Pearson correlation",
        "How close answers and true values are to a straight line. One free value can bend any "
        "line, so a single missing row makes it -1.",
    ),
    _error(
        "rmse", "Root mean squared error", "The typical size of an error; large ones weigh more."
    ),
    _error("mae", "Mean absolute error", "The mean size of an error, in the label's own unit."),
    MetricFacts(
        name="r2",
        title="R²",
        sentence="The share of the label's variance that the answers explain; always answering "
        "the mean gives 0, and worse answers go below.",
        direction="higher",
        low=None,
        high=1.0,
    ),
)

METRIC_FACTS: dict[str, MetricFacts] = {facts.name: facts for facts in _ALL}


def get_metric_facts(name: str) -> MetricFacts:
    """Return the facts; raises KeyError when there is no such metric."""
    return METRIC_FACTS[name]


def anchor_problems(
    facts: MetricFacts, *, baseline: float | None, ceiling: float | None
) -> list[str]:
    """Say what is wrong with a task's baseline and ceiling; an empty list when nothing is.

    Bounded metrics ignore both. The others need both, with the ceiling on the better side.
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

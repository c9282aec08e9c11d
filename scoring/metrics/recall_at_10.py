"""The share of relevant items that are among the first ten."""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.rankings import RankingMetric

METRIC = RankingMetric(
    share(
        "recall_at_10",
        "Recall at 10",
        "The share of a row's relevant items that are among the first ten of the answer.",
        shapes=(Shape.RANKING,),
        reference="ir_measures R@10",
    ),
    measure="R@10",
)

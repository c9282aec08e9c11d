"""The share of relevant items that are among the first hundred, as many as an answer may list."""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.rankings import RankingMetric

METRIC = RankingMetric(
    share(
        "recall_at_100",
        "Recall at 100",
        "The share of a row's relevant items that are among the first hundred of the answer.",
        shapes=(Shape.RANKING,),
        reference="ir_measures R@100",
    ),
    measure="R@100",
)

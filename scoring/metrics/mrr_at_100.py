"""The mean reciprocal rank of the first relevant item, among as many as an answer may list."""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.rankings import RankingMetric

METRIC = RankingMetric(
    share(
        "mrr_at_100",
        "MRR at 100",
        "One over the place of the first relevant item, 0 where it is not among the first hundred.",
        shapes=(Shape.RANKING,),
        reference="ir_measures RR@100",
    ),
    measure="RR@100",
)

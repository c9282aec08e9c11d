"""The mean reciprocal rank of the first relevant item, 0 beyond the tenth."""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.rankings import RankingMetric

METRIC = RankingMetric(
    share(
        "mrr_at_10",
        "MRR at 10",
        "One over the place of the first relevant item, 0 where it is not among the first ten.",
        shapes=(Shape.RANKING,),
        reference="ir_measures RR@10",
    ),
    measure="RR@10",
)

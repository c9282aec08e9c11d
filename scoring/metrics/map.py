"""Mean average precision: precision at each relevant item, 0 for those that were not found."""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.rankings import RankingMetric

METRIC = RankingMetric(
    share(
        "map",
        "MAP",
        "The mean, over a row's relevant items, of the share of relevant items down to its "
        "place; items that were not found count 0.",
        shapes=(Shape.RANKING,),
        reference="ir_measures AP",
    ),
    measure="AP",
)

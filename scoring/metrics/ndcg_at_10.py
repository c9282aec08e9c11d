"""Normalised discounted cumulative gain of the first ten items.

Järvelin and Kekäläinen 2002, with the grade itself as the gain.
"""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.rankings import RankingMetric

METRIC = RankingMetric(
    share(
        "ndcg_at_10",
        "nDCG at 10",
        "How well the first ten items are chosen and ordered: each counts by its grade, and"
        " less the further down it stands; 1 is the best order there is.",
        shapes=(Shape.RANKING,),
        reference="ir_measures nDCG@10",
    ),
    measure="nDCG@10",
)

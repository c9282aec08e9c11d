"""Residue accuracy: right places / places with a true class, over all sequences together."""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.class_counts import ClassCounts
from scoring.metrics.residues import ResidueMetric


class ResidueAccuracy(ResidueMetric):
    """Statistics: see ``ResidueMetric``."""

    facts = share(
        "residue_accuracy",
        "Residue accuracy",
        "The share of places answered right, over all sequences together; places whose true "
        "class is not known don't count.",
        shapes=(Shape.RESIDUES,),
        reference="scikit-learn accuracy_score over places",
    )

    def of_counts(self, counts: ClassCounts) -> float:
        places = counts.gold.sum()
        return float(counts.hits.sum() / places) if places else 0.0


METRIC = ResidueAccuracy()

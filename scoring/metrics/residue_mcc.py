"""Matthews correlation over the places of all sequences together, with the bound of ``mcc``."""

from __future__ import annotations

from competitions.kinds.metric_facts import correlation
from competitions.kinds.shapes import Shape
from scoring.metrics.class_counts import ClassCounts
from scoring.metrics.mcc import matthews_correlation
from scoring.metrics.residues import ResidueMetric


class ResidueMatthewsCorrelation(ResidueMetric):
    """Statistics: see ``ResidueMetric``."""

    facts = correlation(
        "residue_mcc",
        "Residue MCC",
        "The correlation between true and predicted classes of places, over all sequences "
        "together; places whose true class is not known don't count.",
        shapes=(Shape.RESIDUES,),
        reference="scikit-learn matthews_corrcoef over places",
    )

    def of_counts(self, counts: ClassCounts) -> float:
        return matthews_correlation(counts)


METRIC = ResidueMatthewsCorrelation()

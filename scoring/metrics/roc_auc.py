"""The area under the ROC curve: how often a row of the class is given more than another row.

As scikit-learn's ``roc_auc_score`` (``multi_class="ovr"``, macro) over the classes that have rows;
pairs of equal probability count half. See ``one_versus_rest``.

Missing never helps: each pair with a missing row counts as ordered wrongly, which is the worst
that any answer could make of it.
"""

from __future__ import annotations

import numpy as np

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.one_versus_rest import OneVersusRest, Told


class RocAuc(OneVersusRest):
    """Sums of weights are whole numbers and halves: exact in any order."""

    facts = share(
        "roc_auc",
        "ROC AUC",
        "How often a row of a class gets a higher probability for it than a row of another "
        "class, of all such pairs of rows; 0.5 for answers without knowledge. With more than two "
        "classes, the mean over them.",
        shapes=(Shape.CLASS,),
        reference='scikit-learn roc_auc_score(multi_class="ovr")',
        needs=("probs",),
    )

    def of_class(self, told: Told) -> float:
        beaten = told.of_rest.sum() - np.cumsum(told.of_rest) + told.of_rest / 2
        return float(told.of_class @ beaten) / (told.all_of_class * told.all_of_rest)


METRIC = RocAuc()

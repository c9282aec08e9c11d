"""Tasks on tables, from the data sets that scikit-learn ships."""

from __future__ import annotations

from typing import Any

from sklearn.datasets import load_breast_cancer, load_diabetes

from demo.splits import Example

TUMOURS = ("malignant", "benign")
_HALF_A_LIFE = 50


def tumours() -> list[Example]:
    """Breast cancer Wisconsin (diagnostic): 30 measures of cell nuclei, malignant or benign."""
    found = load_breast_cancer()
    names = [str(name).replace(" ", "_") for name in found.feature_names]
    return [
        _example(names, values, TUMOURS[int(target)], {})
        for values, target in zip(found.data.tolist(), found.target, strict=True)
    ]


def diabetes() -> list[Example]:
    """Progression of diabetes a year after ten measures were taken (Efron et al. 2004)."""
    found = load_diabetes(scaled=False)
    examples = []
    for values, target in zip(found.data.tolist(), found.target, strict=True):
        row = dict(zip(found.feature_names, values, strict=True))
        age = "younger" if row["age"] < _HALF_A_LIFE else "older"
        slices = {"age": age, "sex": str(int(row["sex"]))}
        examples.append(_example(found.feature_names, values, float(target), slices))
    return examples


def _example(names: list[str], values: list[float], label: Any, slices: dict[str, str]) -> Example:
    features = dict(zip(names, values, strict=True))
    return Example(input={"features": features}, label=label, keys=(repr(features),), slices=slices)

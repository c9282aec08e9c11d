"""Tabular regression: a number for each row of a table."""

from __future__ import annotations

from competitions.kinds.answers import number_answer
from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.labels import number_label
from competitions.kinds.shapes import Shape
from competitions.kinds.tables import ROWS, features_input

KIND = TaskKind(
    slug="tabular_regression",
    title="Tabular regression",
    description=(
        "Each row is a row of a table: features by name, each a number, a text or null where it "
        "is not known. The answer is a number."
    ),
    family=Family.TABULAR,
    shape=Shape.NUMBER,
    head="number",
    modality=Modality.TABLE,
    reads=("features",),
    proposed_metric="rmse",
    check_input=features_input,
    check_label=number_label,
    answers={"predict": number_answer("value", "the predicted number")},
    examples=Examples(
        input={"id": "r1", "input": {"features": {"rooms": 3, "district": "north", "year": None}}},
        label={"id": "r1", "label": 412.5},
        answers={"predict": {"id": "r1", "value": 398.0}},
    ),
    samples=ROWS,
)

"""Tabular classification: one of the task's classes for each row of a table."""

from __future__ import annotations

from competitions.kinds.answers import CLASS_ANSWER
from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.labels import class_label
from competitions.kinds.shapes import Shape
from competitions.kinds.tables import ROWS, features_input

KIND = TaskKind(
    slug="tabular_classification",
    title="Tabular classification",
    description=(
        "Each row is a row of a table: features by name, each a number, a text or null where it "
        "is not known. The answer is one of the task's labels."
    ),
    family=Family.TABULAR,
    shape=Shape.CLASS,
    head="classes",
    modality=Modality.TABLE,
    reads=("features",),
    proposed_metric="accuracy",
    needs_classes=True,
    check_input=features_input,
    check_label=class_label,
    answers={"predict": CLASS_ANSWER},
    examples=Examples(
        input={"id": "r1", "input": {"features": {"age": 41, "smoker": "no", "dose": None}}},
        label={"id": "r1", "label": "benign", "group": "patient-7"},
        answers={"predict": {"id": "r1", "label": "benign", "probs": [0.8, 0.2]}},
        classes=("benign", "malignant"),
    ),
    samples=ROWS,
)

"""Text regression: a number for each text."""

from __future__ import annotations

from competitions.kinds.answers import EMBEDDING_ANSWER, number_answer
from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.inputs import text_input
from competitions.kinds.labels import number_label
from competitions.kinds.samples import TEXTS
from competitions.kinds.seeds import per_seed
from competitions.kinds.shapes import Shape

VALUE_ANSWER = number_answer("value", "the predicted number")

KIND = TaskKind(
    slug="text_regression",
    title="Text regression",
    description="Each row is a text, and the answer is a number.",
    family=Family.LANGUAGE,
    shape=Shape.NUMBER,
    head="number",
    modality=Modality.TEXT,
    reads=("text",),
    proposed_metric="spearman",
    check_input=text_input("text"),
    check_label=number_label,
    answers={
        "predict": VALUE_ANSWER,
        "probe": EMBEDDING_ANSWER,
        "finetune": per_seed(VALUE_ANSWER),
    },
    examples=Examples(
        input={"id": "r1", "input": {"text": "Best coffee in town!"}},
        label={"id": "r1", "label": 2.6},
        answers={
            "predict": {"id": "r1", "value": 2.4},
            "probe": {"id": "r1", "embedding": [0.12, -0.53, 0.08]},
            "finetune": {"id": "r1", "seeds": [{"value": 2.4}, {"value": 2.7}]},
        },
    ),
    samples=TEXTS,
)

"""Classification of pairs of texts: one of the task's classes for each pair."""

from __future__ import annotations

from competitions.kinds.answers import CLASS_ANSWER
from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.inputs import text_input
from competitions.kinds.labels import class_label
from competitions.kinds.samples import PAIRS
from competitions.kinds.seeds import per_seed
from competitions.kinds.shapes import Shape

KIND = TaskKind(
    slug="pair_classification",
    title="Sentence-pair classification",
    description=(
        "Each row is a pair of texts, such as a premise and a hypothesis, or two questions, and "
        "the answer is one of the task's labels for what holds between them. The order of the "
        "two texts counts."
    ),
    family=Family.LANGUAGE,
    shape=Shape.CLASS,
    head="classes",
    modality=Modality.TEXT,
    reads=("text_a", "text_b"),
    proposed_metric="accuracy",
    needs_classes=True,
    check_input=text_input("text_a", "text_b"),
    check_label=class_label,
    answers={
        "predict": CLASS_ANSWER,
        "finetune": per_seed(CLASS_ANSWER),
        "prompt": CLASS_ANSWER,
    },
    examples=Examples(
        input={
            "id": "r1",
            "input": {"text_a": "A dog runs on the beach.", "text_b": "An animal is outdoors."},
        },
        label={"id": "r1", "label": "entailment", "group": "photo-3"},
        answers={
            "predict": {"id": "r1", "label": "entailment", "probs": [0.9, 0.07, 0.03]},
            "finetune": {
                "id": "r1",
                "seeds": [
                    {"label": "entailment", "probs": [0.9, 0.07, 0.03]},
                    {"label": "neutral", "probs": [0.3, 0.6, 0.1]},
                ],
            },
            "prompt": {"id": "r1", "label": "entailment", "probs": [0.5, 0.3, 0.2]},
        },
        classes=("entailment", "neutral", "contradiction"),
    ),
    samples=PAIRS,
)

"""Text classification: one of the task's classes for each text."""

from __future__ import annotations

from competitions.kinds.answers import CLASS_ANSWER, EMBEDDING_ANSWER
from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.inputs import text_input
from competitions.kinds.labels import class_label
from competitions.kinds.samples import TEXTS
from competitions.kinds.seeds import per_seed
from competitions.kinds.shapes import Shape

KIND = TaskKind(
    slug="text_classification",
    title="Text classification",
    description="Each row is a text, and the answer is one of the task's labels.",
    family=Family.LANGUAGE,
    shape=Shape.CLASS,
    head="classes",
    modality=Modality.TEXT,
    reads=("text",),
    proposed_metric="accuracy",
    needs_classes=True,
    check_input=text_input("text"),
    check_label=class_label,
    answers={
        "predict": CLASS_ANSWER,
        "probe": EMBEDDING_ANSWER,
        "finetune": per_seed(CLASS_ANSWER),
        "prompt": CLASS_ANSWER,
    },
    examples=Examples(
        input={"id": "r1", "input": {"text": "A quiet film that stays with you."}},
        label={"id": "r1", "label": "positive", "group": "film-12"},
        answers={
            "predict": {"id": "r1", "label": "positive", "probs": [0.1, 0.9]},
            "probe": {"id": "r1", "embedding": [0.12, -0.53, 0.08]},
            "finetune": {
                "id": "r1",
                "seeds": [
                    {"label": "positive", "probs": [0.1, 0.9]},
                    {"label": "negative", "probs": [0.7, 0.3]},
                ],
            },
            "prompt": {"id": "r1", "label": "positive", "probs": [0.2, 0.8]},
        },
        classes=("negative", "positive"),
    ),
    samples=TEXTS,
)

"""Classification of biological sequences: one of the task's classes for each."""

from __future__ import annotations

from competitions.kinds.answers import CLASS_ANSWER, EMBEDDING_ANSWER
from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.labels import class_label
from competitions.kinds.seeds import per_seed
from competitions.kinds.sequences import SEQUENCES, sequence_input
from competitions.kinds.shapes import Shape

KIND = TaskKind(
    slug="sequence_classification",
    title="Biological sequence classification",
    description=(
        "Each row is a sequence, such as a protein in the one-letter code of amino acids, and the "
        "answer is one of the task's labels."
    ),
    family=Family.BIOLOGY,
    shape=Shape.CLASS,
    head="classes",
    modality=Modality.SEQUENCE,
    reads=("sequence",),
    proposed_metric="mcc",
    needs_classes=True,
    check_input=sequence_input,
    check_label=class_label,
    answers={
        "predict": CLASS_ANSWER,
        "probe": EMBEDDING_ANSWER,
        "finetune": per_seed(CLASS_ANSWER),
    },
    examples=Examples(
        input={"id": "r1", "input": {"sequence": "GIGKFLHSAKKFGKAFVGEIMNS"}},
        label={"id": "r1", "label": "antimicrobial", "group": "family-12"},
        answers={
            "predict": {"id": "r1", "label": "antimicrobial", "probs": [0.93, 0.07]},
            "probe": {"id": "r1", "embedding": [0.12, -0.53, 0.08]},
            "finetune": {
                "id": "r1",
                "seeds": [
                    {"label": "antimicrobial", "probs": [0.93, 0.07]},
                    {"label": "antimicrobial", "probs": [0.88, 0.12]},
                ],
            },
        },
        classes=("antimicrobial", "other"),
    ),
    samples=SEQUENCES,
)

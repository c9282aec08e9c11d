"""Image classification: one of the task's classes for each image."""

from __future__ import annotations

from competitions.kinds.answers import CLASS_ANSWER, EMBEDDING_ANSWER
from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.images import image_files, image_input
from competitions.kinds.labels import class_label
from competitions.kinds.sample_images import IMAGES, sample_image_files
from competitions.kinds.seeds import per_seed
from competitions.kinds.shapes import Shape

KIND = TaskKind(
    slug="image_classification",
    title="Image classification",
    description=(
        "Each row names an image, PNG or JPEG, and the answer is one of the task's labels."
    ),
    family=Family.VISION,
    shape=Shape.CLASS,
    head="classes",
    modality=Modality.IMAGE,
    reads=("image",),
    proposed_metric="accuracy",
    needs_classes=True,
    check_input=image_input,
    check_label=class_label,
    answers={
        "predict": CLASS_ANSWER,
        "probe": EMBEDDING_ANSWER,
        "finetune": per_seed(CLASS_ANSWER),
    },
    examples=Examples(
        input={"id": "r1", "input": {"image": "photo-1.png"}},
        label={"id": "r1", "label": "cat", "group": "camera-3"},
        answers={
            "predict": {"id": "r1", "label": "cat", "probs": [0.9, 0.1]},
            "probe": {"id": "r1", "embedding": [0.12, -0.53, 0.08]},
            "finetune": {
                "id": "r1",
                "seeds": [
                    {"label": "cat", "probs": [0.9, 0.1]},
                    {"label": "dog", "probs": [0.4, 0.6]},
                ],
            },
        },
        classes=("cat", "dog"),
    ),
    samples=IMAGES,
    files=image_files,
    sample_files=sample_image_files,
)

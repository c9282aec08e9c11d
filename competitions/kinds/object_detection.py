"""Object detection: boxes with classes and scores for each image."""

from __future__ import annotations

from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.boxes import BOXES_ANSWER, boxes_label, check_boxes_inside
from competitions.kinds.images import image_files, image_input
from competitions.kinds.sample_images import IMAGES, sample_image_files
from competitions.kinds.shapes import Shape

KIND = TaskKind(
    slug="object_detection",
    title="Object detection",
    description=(
        "Each row names an image, PNG or JPEG, and the answer lists the objects found in it: a "
        "box in pixels of the image as it is stored, one of the task's labels, and a score that "
        "says how sure the model is. An image without any object is answered with empty lists."
    ),
    family=Family.VISION,
    shape=Shape.BOXES,
    head="boxes",
    modality=Modality.IMAGE,
    reads=("image",),
    proposed_metric="coco_ap",
    needs_classes=True,
    check_input=image_input,
    check_label=boxes_label,
    answers={"predict": BOXES_ANSWER},
    examples=Examples(
        input={"id": "r1", "input": {"image": "street-1.jpg"}},
        label={
            "id": "r1",
            "label": {"boxes": [[12, 30, 64, 48], [90, 8, 20, 61]], "labels": ["car", "person"]},
        },
        answers={
            "predict": {
                "id": "r1",
                "boxes": [[11.5, 29, 66, 50], [91, 9, 19, 58]],
                "labels": ["car", "person"],
                "scores": [0.97, 0.81],
            },
        },
        classes=("car", "person"),
    ),
    samples=IMAGES,
    check_measure=check_boxes_inside,
    files=image_files,
    sample_files=sample_image_files,
)

"""Semantic segmentation: a class for each pixel of an image."""

from __future__ import annotations

from competitions.kinds.base import Examples, Family, Modality, TaskKind
from competitions.kinds.images import image_files, image_input
from competitions.kinds.regions import REGIONS_ANSWER, check_regions_size, regions_label
from competitions.kinds.sample_images import IMAGES, sample_image_files
from competitions.kinds.shapes import Shape

KIND = TaskKind(
    slug="semantic_segmentation",
    title="Semantic segmentation",
    description=(
        "Each row names an image, PNG or JPEG, and the answer gives each pixel one of the task's "
        "labels, as a region for each label in COCO's run lengths: column by column, outside and "
        "inside in turn, as numbers or as the text into which COCO's tools compress them. Pixels "
        "whose true class is not known don't count; pixels that the answer leaves open are wrong."
    ),
    family=Family.VISION,
    shape=Shape.REGIONS,
    head="regions",
    modality=Modality.IMAGE,
    reads=("image",),
    proposed_metric="mean_iou",
    needs_classes=True,
    check_input=image_input,
    check_label=regions_label,
    answers={"predict": REGIONS_ANSWER},
    examples=Examples(
        input={"id": "r1", "input": {"image": "leaf-1.png"}},
        label={
            "id": "r1",
            "label": {
                "size": [3, 4],
                "regions": [
                    {"label": "leaf", "counts": [3, 5, 4]},
                    {"label": "ground", "counts": [0, 3, 5, 4]},
                ],
            },
        },
        answers={
            "predict": {
                "id": "r1",
                "size": [3, 4],
                "regions": [
                    {"label": "leaf", "counts": [4, 5, 3]},
                    {"label": "ground", "counts": [0, 4, 5, 3]},
                ],
            },
        },
        classes=("ground", "leaf"),
    ),
    samples=IMAGES,
    check_measure=check_regions_size,
    files=image_files,
    sample_files=sample_image_files,
)

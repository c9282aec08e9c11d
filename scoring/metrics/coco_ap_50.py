"""COCO's average precision at an overlap of .50."""

from __future__ import annotations

from competitions.kinds.metric_facts import share
from competitions.kinds.shapes import Shape
from scoring.metrics.coco import AveragePrecision

METRIC = AveragePrecision(
    share(
        "coco_ap_50",
        "COCO AP at .50",
        "The mean over classes of precision along recall, where a box is right if it overlaps a "
        "true one by half of what both cover. An image without an answer counts as full of "
        "sure, wrong boxes.",
        shapes=(Shape.BOXES,),
        reference='pycocotools COCOeval(iouType="bbox"), AP@.50, maxDets 100',
    ),
    thresholds=(0.5,),
)

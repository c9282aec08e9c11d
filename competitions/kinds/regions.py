"""Regions of an image as run lengths: for each class, which pixels are its own.

Run lengths are those of COCO: column by column from the top left, alternating outside and inside,
beginning outside (with 0 where the first pixel is inside). They are a list of numbers, or a text
in which COCO's tools have compressed them (``run_lengths``).
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate
from operator import gt

from competitions.kinds.answers import MAX_LABEL_LENGTH
from competitions.kinds.base import AnswerSchema
from competitions.kinds.faults import RowInvalid, quoted
from competitions.kinds.fields import check_keys
from competitions.kinds.run_lengths import decompressed
from competitions.kinds.values import Region, Regions

MAX_PIXELS = 1 << 22
MAX_SIDE = 8192
MAX_REGIONS = 1000


def regions_label(value: object, labels: Sequence[str]) -> Regions:
    """Check ``{"size": [height, width], "regions": [{"label", "counts"}, …]}``.

    Raises:
        RowInvalid: also where a class is not of the task, or no pixel has one.
    """
    if not isinstance(value, dict):
        raise RowInvalid("wrong_type", "label must be an object of size and regions")
    found = _parse(value, labels)
    for region in found.regions:
        if region.label not in labels:
            raise RowInvalid(
                "unknown_label", f"label {quoted(region.label)} is not one of the task's labels"
            )
    if not any(sum(region.counts[1::2]) for region in found.regions):
        raise RowInvalid("no_pixels", "no pixel has a class, so there is nothing to score")
    return found


def check_regions_size(label: Regions, size: tuple[int, int]) -> None:
    """Raise RowInvalid ``size_differs`` unless the image is (width, height)."""
    width, height = size
    if (label.width, label.height) != (width, height):
        raise RowInvalid(
            "size_differs",
            f"size is [{label.height}, {label.width}], the image is {height} high and {width} "
            f"wide: size must be [{height}, {width}]",
        )


def _parse(row: Mapping[str, object], labels: Sequence[str]) -> Regions:
    check_keys(row, required=("size", "regions"))
    height, width = _parse_size(row["size"])
    value = row["regions"]
    if not isinstance(value, list) or len(value) > MAX_REGIONS:
        raise RowInvalid("wrong_type", f"regions must be a list of at most {MAX_REGIONS} objects")
    regions = tuple(_parse_region(each, pixels=height * width) for each in value)
    _check_disjoint(regions)
    return Regions(height, width, regions)


def _parse_size(value: object) -> tuple[int, int]:
    if not isinstance(value, list) or list(map(type, value)) != [int, int]:
        raise RowInvalid("wrong_type", "size must be [height, width] in whole pixels")
    height, width = value
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE and height * width <= MAX_PIXELS):
        raise RowInvalid(
            "out_of_range", f"sides must be 1 to {MAX_SIDE} pixels, {MAX_PIXELS} pixels in all"
        )
    return height, width


def _parse_region(value: object, *, pixels: int) -> Region:
    if not isinstance(value, dict):
        raise RowInvalid("wrong_type", "a region must be an object of label and counts")
    check_keys(value, required=("label", "counts"))
    label, counts = value["label"], value["counts"]
    if isinstance(counts, str):
        counts = decompressed(counts)
    if not isinstance(label, str) or len(label) > MAX_LABEL_LENGTH:
        raise RowInvalid(
            "wrong_type", f"a region's label must be a text of at most {MAX_LABEL_LENGTH} letters"
        )
    if not isinstance(counts, list) or not counts or set(map(type, counts)) != {int}:
        raise RowInvalid("wrong_type", "counts must be a list of whole numbers, or COCO's text")
    if min(counts) < 0 or sum(counts) != pixels:
        raise RowInvalid(
            "counts_sum", f"counts must not be negative and add up to height × width = {pixels}"
        )
    return Region(label, array("I", counts).tobytes())


def _check_disjoint(regions: Sequence[Region]) -> None:
    """Sort all runs by their first pixel: none may begin before the one ahead has ended."""
    runs = sorted(run for region in regions for run in inside_runs(region))
    if any(map(gt, (stop for _, stop in runs), (start for start, _ in runs[1:]))):
        raise RowInvalid("overlap", "regions overlap; a pixel has one class")


def inside_runs(region: Region) -> list[tuple[int, int]]:
    """Return (first pixel, pixel after the last) of each run inside that is not empty."""
    ends = list(accumulate(region.counts))
    return [run for run in zip(ends[::2], ends[1::2], strict=False) if run[0] < run[1]]


REGIONS_ANSWER = AnswerSchema(
    required={
        "size": "[height, width] of the image in pixels",
        "regions": 'a list of {"label", "counts"}: a class and the run lengths of its pixels, '
        "column by column, outside and inside in turn, as numbers or as COCO's compressed text; "
        "regions must not overlap",
    },
    optional={},
    parse=_parse,
    row_bytes=262_144,
    class_bytes=0,
)

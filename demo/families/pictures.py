"""Pictures as PNG files, drawn by numpy."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from competitions.kinds.sample_images import png

Pixels = NDArray[np.uint8]
SHAPES = ("circle", "square", "triangle")
SIDE = 64
_LARGEST, _SMALLEST = 24, 14
_NOISE = 40
_ATTEMPTS = 40
_GREY, _RGB = 0, 2
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A shape in a scene: ``box`` is x, y, width, height; ``mask`` is the whole scene's size."""

    label: str
    box: tuple[int, int, int, int]
    mask: NDArray[np.bool_]


def packed_png(pixels: Pixels) -> bytes:
    """Pack (height, width) in grey or (height, width, 3) in colour."""
    height, width = pixels.shape[:2]
    return png(width, height, pixels.tobytes(), colour=_RGB if pixels.ndim == 3 else _GREY)


def file_name(pixels: Pixels) -> str:
    """Name a picture by what it shows, so that the name tells nothing."""
    return f"{hashlib.sha256(pixels.tobytes()).hexdigest()[:16]}.png"


def packed(files: Mapping[str, bytes]) -> bytes:
    """Pack files into a zip, the same for the same files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name])
    return target.getvalue()


def scene(rng: random.Random) -> tuple[Pixels, list[Thing]]:
    """One to three shapes that don't touch, each of one colour, before a darker noise."""
    noise = np.random.default_rng(rng.getrandbits(32))
    pixels = noise.integers(0, _NOISE, size=(SIDE, SIDE, 3), dtype=np.uint8)
    taken = np.zeros((SIDE, SIDE), dtype=bool)
    things: list[Thing] = []
    for _ in range(rng.choice((1, 2, 3))):
        thing = _free_thing(rng, taken)
        if thing is not None:
            things.append(thing)
            taken |= thing.mask
            pixels[thing.mask] = [rng.randrange(90, 256) for _ in range(3)]
    return pixels, things


def _free_thing(rng: random.Random, taken: NDArray[np.bool_]) -> Thing | None:
    for _ in range(_ATTEMPTS):
        size = rng.randrange(_SMALLEST, _LARGEST)
        left, top = rng.randrange(SIDE - size), rng.randrange(SIDE - size)
        label = rng.choice(SHAPES)
        if not taken[top : top + size, left : left + size].any():
            mask = np.zeros((SIDE, SIDE), dtype=bool)
            mask[top : top + size, left : left + size] = _shape(label, size)
            return Thing(label=label, box=(left, top, size, size), mask=mask)
    return None


def _shape(label: str, size: int) -> NDArray[np.bool_]:
    """A shape that touches all sides of its square."""
    rows, columns = np.mgrid[0:size, 0:size]
    if label == "square":
        return np.ones((size, size), dtype=bool)
    middle = (size - 1) / 2
    if label == "circle":
        found = (rows - middle) ** 2 + (columns - middle) ** 2 <= (size / 2) ** 2
    else:
        found = np.abs(columns - middle) <= (rows + 1) / 2
    return np.asarray(found)


def run_lengths(mask: NDArray[np.bool_]) -> list[int]:
    """Lengths outside and inside in turn, column by column, beginning outside (COCO's order)."""
    flat = np.concatenate([[False], mask.T.reshape(-1)])
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    found: list[int] = np.diff(np.concatenate([[0], edges, [mask.size]])).tolist()
    return found


def regions(things: list[Thing]) -> dict[str, Any]:
    """What each pixel shows; the rest is background."""
    masks = {"background": ~np.logical_or.reduce([thing.mask for thing in things])}
    for label in SHAPES:
        own = [thing.mask for thing in things if thing.label == label]
        if own:
            masks[label] = np.logical_or.reduce(own)
    found = [{"label": label, "counts": run_lengths(mask)} for label, mask in masks.items()]
    return {"size": [SIDE, SIDE], "regions": found}

"""Rows of regions: small pictures, some pixels of which have no class."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import groupby

from hypothesis import strategies as st

from competitions.kinds.shapes import Shape
from competitions.kinds.values import Region, Regions

SHAPE = Shape.REGIONS
CLASSES = ("ground", "leaf", "sky")
NO_CLASS = ""


def picture(height: int, width: int, pixels: Sequence[str]) -> Regions:
    """Make regions of pixels, column by column; NO_CLASS leaves one open."""
    names = sorted({name for name in pixels if name != NO_CLASS})
    return Regions(height, width, tuple(Region(name, _packed(pixels, name)) for name in names))


def _packed(pixels: Sequence[str], name: str) -> bytes:
    runs = [(inside, len(list(run))) for inside, run in groupby(each == name for each in pixels)]
    counts = [length for _, length in runs]
    return array("I", [0, *counts] if runs[0][0] else counts).tobytes()


LABELS = [
    picture(2, 3, ["ground", "leaf", "leaf", "sky", "sky", "leaf"]),
    picture(1, 2, ["ground", NO_CLASS]),
    picture(2, 2, ["sky", "sky", "sky", "leaf"]),
]


def perfect(label: Regions) -> Regions:
    """Answer what is true."""
    return label


def wrong(label: Regions) -> Regions:
    """Answer another class for each pixel that has one."""
    another = dict(zip(CLASSES, (*CLASSES[1:], CLASSES[0]), strict=True))
    regions = tuple(Region(another[region.label], region.packed) for region in label.regions)
    return Regions(label.height, label.width, regions)


@st.composite
def _rows(draw: st.DrawFn) -> tuple[Regions, Regions]:
    height, width = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    pixels = st.lists(
        st.sampled_from((*CLASSES, NO_CLASS)), min_size=height * width, max_size=height * width
    )
    label = draw(pixels.filter(any))
    return picture(height, width, label), picture(height, width, draw(pixels))


ROWS = _rows()

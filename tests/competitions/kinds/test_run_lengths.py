"""Compressed run lengths against COCO's own tools."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask

from competitions.kinds import get_kind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.run_lengths import decompressed
from scoring.metrics.pixels import pixel_codes

PARSE = get_kind("semantic_segmentation").answers["predict"].parse


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0), st.floats(0, 1))
def test_text_of_coco_s_tools_is_read_as_they_wrote_it(height, width, seed, share) -> None:
    inside = np.random.default_rng(seed).random((height, width)) < share
    text = mask.encode(np.asfortranarray(inside.astype(np.uint8)))["counts"].decode()
    answer = PARSE(
        {"size": [height, width], "regions": [{"label": "leaf", "counts": text}]}, ("leaf",)
    )
    found = pixel_codes(answer, {"leaf": 0}).reshape((height, width), order="F")
    assert ((found == 0) == inside).all()


def test_runs_of_the_largest_image_fit() -> None:
    pixels = np.zeros((2048, 2048), dtype=np.uint8)
    pixels[-1, -1] = pixels[0, 0] = 1
    text = mask.encode(np.asfortranarray(pixels))["counts"].decode()
    assert decompressed(text) == [0, 1, 2048 * 2048 - 2, 1]


@pytest.mark.parametrize("text", ["3 5 4", "p", "\x00", "ü", "ooooooo0", "0o"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(RowInvalid) as fault:
        decompressed(text)
    assert fault.value.code == "bad_counts"


@given(st.text(alphabet=[chr(code) for code in range(48, 112)], max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """A negative run, or a wrong sum, is the caller's to find."""
    try:
        counts = decompressed(text)
    except RowInvalid:
        return
    assert len(counts) <= len(text)
    row = {"size": [3, 4], "regions": [{"label": "leaf", "counts": text}]}
    if min(counts, default=-1) < 0 or sum(counts) != 12:
        with pytest.raises(RowInvalid):
            PARSE(row, ("leaf",))
    else:
        PARSE(row, ("leaf",))

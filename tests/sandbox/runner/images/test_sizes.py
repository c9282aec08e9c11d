from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.runner.images.sizes import Exactly, Share, ShortestEdge, Size, Within

SIZES = st.tuples(st.integers(1, 5000), st.integers(1, 5000))


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ((480, 640), (800, 1066)),
        ((640, 480), (1066, 800)),
        ((800, 800), (800, 800)),
        ((400, 1600), (333, 1333)),
        ((1, 1), (800, 800)),
        ((1, 3000), (1, 1333)),
    ],
)
def test_the_shorter_side_counts_until_the_longer_one_is_too_long(
    image: Size, expected: Size
) -> None:
    """The sizes that DETR's own preparation gives for 800 and 1333."""
    assert ShortestEdge(edge=800, longest=1333).of(image) == expected


@given(SIZES, st.integers(1, 900), st.sampled_from([1, 16]))
def test_sides_are_multiples_and_never_empty(image: Size, edge: int, multiple: int) -> None:
    found = ShortestEdge(edge=edge, longest=1333, multiple=multiple).of(image)
    assert all(side >= multiple and side % multiple == 0 for side in found)


@pytest.mark.parametrize(
    ("image", "multiple", "expected"),
    [((48, 16), 1, (48, 16)), ((48, 16), 16, (32, 16)), ((16, 48), 16, (16, 48))],
)
def test_a_side_that_fits_but_for_rounding_stays_except_in_yolos_upright(
    image: Size, multiple: int, expected: Size
) -> None:
    assert ShortestEdge(edge=16, longest=47, multiple=multiple).of(image) == expected


@given(SIZES, SIZES)
def test_a_box_is_touched_and_not_left(image: Size, box: Size) -> None:
    found = Within(size=box).of(image)
    assert all(1 <= side <= most for side, most in zip(found, box, strict=True))


@given(SIZES)
def test_an_exact_size_is_for_all(image: Size) -> None:
    assert Exactly(size=(32, 48)).of(image) == (32, 48)


@given(SIZES)
def test_a_share_leaves_room_for_its_crop(image: Size) -> None:
    share = Share(edge=224, share=0.875)
    assert share.crop == (224, 224)
    assert min(share.of(image)) == 256


def test_large_squares_are_warped() -> None:
    share = Share(edge=384, share=0.875)
    assert share.crop is None
    assert share.of((10, 20)) == (384, 384)

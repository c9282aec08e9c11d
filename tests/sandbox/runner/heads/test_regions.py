from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from competitions.kinds import KINDS
from sandbox.runner.heads import regions as module
from sandbox.runner.heads.regions import largest, regions

LABELS = ["sky", "sea"]
MAPS = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 5)),
    elements=st.floats(-8, 8, width=16),
)
SIZES = st.tuples(st.integers(1, 12), st.integers(1, 12))


def _plain(scores: NDArray[np.float32], height: int, width: int) -> NDArray[np.float64]:
    """Bilinear interpolation between the centres of pixels, one by one."""
    classes, old_height, old_width = scores.shape
    found = np.empty((classes, height, width))
    for y in range(height):
        for x in range(width):
            row = max(0.0, (y + 0.5) * old_height / height - 0.5)
            column = max(0.0, (x + 0.5) * old_width / width - 0.5)
            top, left = int(row), int(column)
            bottom, right = min(top + 1, old_height - 1), min(left + 1, old_width - 1)
            down, aside = row - top, column - left
            upper = scores[:, top, left] * (1 - aside) + scores[:, top, right] * aside
            lower = scores[:, bottom, left] * (1 - aside) + scores[:, bottom, right] * aside
            found[:, y, x] = upper * (1 - down) + lower * down
    return found


@given(MAPS, SIZES)
def test_the_largest_resized_score_wins(scores: NDArray[np.float32], size: tuple[int, int]) -> None:
    """Where two are equal but for rounding, either may."""
    plain = _plain(scores, *size)
    chosen = np.take_along_axis(plain, largest(scores, size)[None], axis=0)[0]
    assert (chosen >= plain.max(axis=0) - 1e-4).all()


@given(MAPS)
def test_maps_of_the_image_s_own_size_are_taken_as_they_are(scores: NDArray[np.float32]) -> None:
    assert (largest(scores, scores.shape[1:]) == scores.argmax(axis=0)).all()


def test_large_images_are_done_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = np.random.default_rng(0).normal(size=(3, 7, 9)).astype(np.float32)
    whole = largest(scores, (40, 30))
    monkeypatch.setattr(module, "_NUMBERS_AT_ONCE", 1)
    assert (largest(scores, (40, 30)) == whole).all()


@given(
    hnp.arrays(np.intp, SIZES, elements=st.integers(0, 3)),
    st.permutations([0, 1, 2, 3]),
)
def test_run_lengths_say_which_pixels_are_a_label_s(
    classes: NDArray[np.intp], order: list[int]
) -> None:
    places = order[:2]
    found = regions(classes, places, LABELS)
    flat = np.full(classes.size, -1)
    for region in found:
        counts = region["counts"]
        assert all(count > 0 for count in counts[1:])
        inside = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
        inside = np.concatenate([inside, np.zeros(classes.size - len(inside), dtype=bool)])
        flat[inside] = places[LABELS.index(region["label"])]
    expected = np.where(np.isin(classes, places), classes, -1)
    assert (expected == flat.reshape(classes.shape[::-1]).T).all()


@given(hnp.arrays(np.intp, SIZES, elements=st.integers(0, 2)))
def test_every_answer_is_one_that_the_scorer_takes(classes: NDArray[np.intp]) -> None:
    found = regions(classes, [0, 1], LABELS)
    parse = KINDS["semantic_segmentation"].answers["predict"].parse
    assert parse({"size": list(classes.shape), "regions": found}, LABELS) is not None

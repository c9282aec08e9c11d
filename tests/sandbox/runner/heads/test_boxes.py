from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from competitions.kinds import KINDS
from sandbox.runner.heads.boxes import MOST_BOXES, Found, answer_of, inside

LABELS = ("cat", "dog")
SIZE = (60, 80)
CORNERS = hnp.arrays(
    np.float64, st.tuples(st.integers(0, 150), st.just(4)), elements=st.floats(-50, 120)
)


def _found(corners: NDArray[np.float64]) -> Found:
    rng = np.random.default_rng(len(corners))
    labels = rng.integers(0, 2, len(corners))
    return Found(corners, labels, rng.choice([0.25, 0.5, 0.75], len(corners)))


@given(CORNERS)
def test_the_surest_boxes_inside_the_image_stay(corners: NDArray[np.float64]) -> None:
    kept = inside(_found(corners), SIZE)
    assert len(kept.corners) <= MOST_BOXES
    assert (np.diff(kept.scores) <= 0).all()
    assert (kept.corners >= 0).all()
    assert (kept.corners <= [80, 60, 80, 60]).all()
    assert (kept.corners[:, 2:] > kept.corners[:, :2]).all()


@given(CORNERS)
def test_every_answer_is_one_that_the_scorer_takes(corners: NDArray[np.float64]) -> None:
    answer = answer_of(inside(_found(corners), SIZE), LABELS)
    parse = KINDS["object_detection"].answers["predict"].parse
    assert parse(answer, LABELS) is not None


def test_a_box_that_reaches_out_is_cut_and_one_outside_is_none() -> None:
    corners = np.array([[-5, -5, 10, 200], [90, 0, 99, 9], [5, 5, 5, 9]], dtype=np.float64)
    answer = answer_of(inside(Found(corners, np.zeros(3, int), np.ones(3)), SIZE), LABELS)
    assert answer == {"boxes": [[0, 0, 10, 60]], "labels": ["cat"], "scores": [1]}


def test_equally_sure_boxes_keep_their_order() -> None:
    corners = np.array([[0, 0, number + 1, 1] for number in range(5)], dtype=np.float64)
    kept = inside(Found(corners, np.zeros(5, int), np.full(5, 0.5)), SIZE)
    assert kept.corners[:, 2].tolist() == [1, 2, 3, 4, 5]

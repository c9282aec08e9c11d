"""Losses of all steps in few points."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.runner.training.curve import POINTS, curve_of


@given(st.lists(st.floats(0, 10), min_size=1, max_size=1500))
def test_points_cover_all_steps(losses: list[float]) -> None:
    curve = curve_of(losses)
    assert len(curve.steps) == len(curve.losses) <= POINTS
    assert curve.steps[-1] == len(losses)
    assert all(one < other for one, other in pairwise((0, *curve.steps)))
    spans = [end - start for start, end in pairwise((0, *curve.steps))]
    total = sum(span * loss for span, loss in zip(spans, curve.losses, strict=True))
    assert total == pytest.approx(sum(losses), rel=1e-4, abs=1e-4)


def test_few_steps_are_points_themselves() -> None:
    curve = curve_of([0.5, 0.25, 1 / 3])
    assert curve.steps == (1, 2, 3)
    assert curve.losses == (0.5, 0.25, 0.33333)


def test_many_steps_are_averaged() -> None:
    curve = curve_of([float(step % 2) for step in range(401)])
    assert curve.steps[:2] == (3, 6)
    assert curve.losses[:2] == (0.33333, 0.66667)
    assert (curve.steps[-1], curve.losses[-1]) == (401, 0.5)

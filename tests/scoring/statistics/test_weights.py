import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.statistics.weights import weight_blocks
from tests.scoring.statistics.cases import OTHER_SEED, SEED


def all_weights(units: int, resamples: int, seed: str = SEED, block: int = 200_000) -> np.ndarray:
    blocks = weight_blocks(units, resamples=resamples, seed=seed, block_draws=block)
    return np.concatenate(list(blocks))


@given(units=st.integers(1, 30), resamples=st.integers(1, 20))
def test_each_resample_draws_as_many_units_as_there_are(units: int, resamples: int) -> None:
    weights = all_weights(units, resamples)
    assert weights.shape == (resamples, units)
    assert (weights.sum(axis=1) == units).all()
    assert weights.min() >= 0


@given(units=st.integers(1, 9), block=st.integers(1, 100))
def test_the_size_of_blocks_changes_nothing(units: int, block: int) -> None:
    assert (all_weights(units, 13, block=block) == all_weights(units, 13)).all()


def test_more_resamples_begin_with_the_same_ones() -> None:
    assert (all_weights(7, 20)[:5] == all_weights(7, 5)).all()


def test_another_seed_gives_other_weights() -> None:
    assert (all_weights(50, 1) != all_weights(50, 1, seed=OTHER_SEED)).any()


@pytest.mark.parametrize("units", [2, 5, 40])
def test_weights_are_those_of_drawing_with_replacement(units: int) -> None:
    weights = all_weights(units, 20_000)
    assert weights.mean(axis=0) == pytest.approx(np.ones(units), abs=0.03)
    assert weights.var(axis=0) == pytest.approx(np.full(units, 1 - 1 / units), rel=0.06)
    covariance = np.cov(weights[:, 0], weights[:, 1])[0, 1]
    assert covariance == pytest.approx(-1 / units, abs=0.03)

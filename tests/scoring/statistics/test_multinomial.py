import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.statistics.multinomial import multinomial_counts
from tests.scoring.statistics.cases import SEED

KINDS = st.lists(st.integers(1, 60), min_size=1, max_size=8)


@given(kinds=KINDS, resamples=st.integers(1, 30))
def test_each_resample_draws_as_many_units_as_there_are(kinds: list[int], resamples: int) -> None:
    drawn = multinomial_counts(np.array(kinds), resamples=resamples, seed=SEED)
    assert drawn.shape == (resamples, len(kinds))
    assert (drawn.sum(axis=1) == sum(kinds)).all()
    assert drawn.min() >= 0


@pytest.mark.parametrize(
    "kinds", [(5, 5), (1, 400), (3, 4, 5), (200, 300, 1), (60, 40, 2_000, 1, 30)]
)
def test_counts_are_multinomial(kinds: tuple[int, ...]) -> None:
    units = sum(kinds)
    shares = np.array(kinds) / units
    drawn = multinomial_counts(np.array(kinds), resamples=40_000, seed=SEED)
    expected = units * (np.diag(shares) - np.outer(shares, shares))
    spread = np.sqrt(np.diag(expected))
    assert (np.abs(drawn.mean(axis=0) - kinds) < 5 * spread / 200).all()
    assert np.abs(np.cov(drawn.T) - expected).max() < 0.04 * expected.max()


@pytest.mark.parametrize("kinds", [(70, 30), (7, 3, 5, 5), (500, 300, 200)])
def test_each_count_has_the_binomial_distribution(kinds: tuple[int, ...]) -> None:
    units, resamples = sum(kinds), 20_000
    drawn = multinomial_counts(np.array(kinds), resamples=resamples, seed=SEED)
    for kind, count in enumerate(kinds):
        expected = stats.binom.cdf(np.arange(units + 1), units, count / units)
        found = np.searchsorted(np.sort(drawn[:, kind]), np.arange(units + 1), side="right")
        assert np.abs(found / resamples - expected).max() < 1.95 / resamples**0.5  # p = .001


def test_draws_are_what_they_always_were() -> None:
    assert multinomial_counts(np.array([600, 300, 100]), resamples=2, seed=SEED).tolist() == [
        [592, 312, 96],
        [606, 293, 101],
    ]
    assert multinomial_counts(np.array([600, 400]), resamples=2, seed=SEED).tolist() == [
        [599, 401],
        [566, 434],
    ]


def test_one_kind_leaves_nothing_to_chance() -> None:
    assert multinomial_counts(np.array([9]), resamples=2, seed=SEED).tolist() == [[9], [9]]


def test_too_large_a_poisson_total_is_drawn_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.statistics.multinomial._SPARED", 0.0)  # half of them are
    kinds = np.array([70, 20, 10])
    drawn = multinomial_counts(kinds, resamples=20_000, seed=SEED)
    assert (drawn.sum(axis=1) == 100).all()
    assert drawn.mean(axis=0) == pytest.approx(kinds, abs=0.2)
    assert drawn.var(axis=0) == pytest.approx(kinds * (1 - kinds / 100), rel=0.06)

import numpy as np
import pytest
from scipy import stats

from scoring.statistics.detectable import (
    POWER_FACTOR,
    detectable_by_discordance,
    detectable_by_error,
    typical_discordance,
    typical_error,
)


def test_the_factor_is_that_of_5_percent_and_80_percent_power() -> None:
    assert stats.norm.ppf(0.975) + stats.norm.ppf(0.8) == pytest.approx(POWER_FACTOR, abs=0.002)


def test_a_fifth_of_1000_rows_discordant() -> None:
    found = detectable_by_discordance(discordance=0.2, units=1000)
    assert found == pytest.approx(280 * (0.2 / 1000) ** 0.5)


def test_both_ways_agree_for_accuracy() -> None:
    draw = np.random.default_rng(2)
    differences = draw.choice([-1, 0, 1], p=[0.1, 0.8, 0.1], size=(1, 1000, 4000)).mean(axis=1)
    points = np.concatenate([np.zeros_like(differences), 100 * differences])
    error = typical_error(points)
    assert error is not None
    expected = detectable_by_discordance(discordance=0.2, units=1000)
    assert detectable_by_error(error) == pytest.approx(expected, rel=0.04)


def test_the_power_is_80_percent_at_that_difference() -> None:
    draw = np.random.default_rng(3)
    units, discordance = 2000, 0.2
    gap = detectable_by_discordance(discordance=discordance, units=units) / 100
    chances = [(discordance + gap) / 2, (discordance - gap) / 2]
    wins, losses = draw.multinomial(units, [*chances, 1 - discordance], size=4000)[:, :2].T
    found = [
        stats.binomtest(int(w), int(w + v)).pvalue <= 0.05
        for w, v in zip(wins, losses, strict=True)
    ]
    assert np.mean(found) == pytest.approx(0.8, abs=0.03)


def test_no_difference_is_larger_than_the_scale() -> None:
    assert detectable_by_discordance(discordance=1.0, units=1) == 100.0
    assert detectable_by_error(90.0) == 100.0


def test_discordance_is_the_median_of_neighbours() -> None:
    rows = [np.array(each, dtype=float) for each in ([1, 1, 1, 1], [1, 1, 1, 0], [0, 0, 0, 0])]
    assert typical_discordance(rows) == pytest.approx((0.25 + 0.75) / 2)


def test_one_entry_has_no_neighbour() -> None:
    assert typical_discordance([np.ones(3)]) is None
    assert typical_error(np.ones((1, 5))) is None


def test_neighbours_with_the_same_answers_tell_nothing() -> None:
    one, other = np.array([1.0, 1.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0, 0.0])
    assert typical_discordance([one, one, one, other]) == 0.25
    assert typical_discordance([one, one]) is None
    noisy = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.5, 0.3, 0.9]])
    assert typical_error(noisy) == pytest.approx(np.std(noisy[2] - noisy[1], ddof=1))
    assert typical_error(noisy[:2]) is None


@pytest.mark.parametrize(("discordance", "units"), [(-0.1, 5), (1.1, 5), (0.5, 0)])
def test_discordance_is_a_share_of_rows(discordance: float, units: int) -> None:
    with pytest.raises(ValueError, match="share of rows"):
        detectable_by_discordance(discordance=discordance, units=units)

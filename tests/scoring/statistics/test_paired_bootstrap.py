import numpy as np
import pytest

from scoring.statistics.p_value import p_value
from scoring.statistics.paired_bootstrap import centred


def test_the_null_has_the_spread_of_the_difference_about_0() -> None:
    null = centred(0.8, 0.7, np.array([0.82, 0.78]), np.array([0.70, 0.70]))
    assert null.first - null.second == pytest.approx([0.02, -0.02])
    assert null.first + null.second == pytest.approx([1.5, 1.5])


def test_entries_that_vary_together_are_told_apart_by_little() -> None:
    shared = np.linspace(-0.2, 0.2, 99)
    null = centred(0.8, 0.79, 0.8 + shared, 0.79 + shared)
    assert p_value(0.8 - 0.79, null.first - null.second) == 1 / 100


def test_entries_that_vary_apart_are_not() -> None:
    draw = np.random.default_rng(1)
    null = centred(0.8, 0.79, draw.normal(0.8, 0.05, 999), draw.normal(0.79, 0.05, 999))
    assert p_value(0.8 - 0.79, null.first - null.second) > 0.5


def test_both_must_meet_the_same_resamples() -> None:
    with pytest.raises(ValueError, match="same resamples"):
        centred(1.0, 1.0, np.ones(2), np.ones(3))

"""Medians, quartiles, and comparisons within a repetition."""

import pytest

from bench.summary import Spread, differences, ratios, spread


def test_half_of_the_values_lie_between_the_quartiles() -> None:
    assert spread([5.0, 1.0, 2.0, 4.0, 3.0]) == Spread(3.0, 2.0, 4.0)
    assert spread([1.5]) == Spread(1.5, 1.5, 1.5)
    assert str(spread([1.0, 2.0, 3.0])) == "2.00 (1.50 to 2.50)"


def test_a_busy_repetition_does_not_move_a_ratio() -> None:
    base, slower = [1.0, 1.0, 9.0], [2.0, 2.0, 18.0]
    assert ratios(slower, base) == Spread(2.0, 2.0, 2.0)


def test_differences_are_taken_within_a_repetition() -> None:
    assert differences([1.5, 9.5], [1.0, 9.0]) == Spread(0.5, 0.5, 0.5)


def test_values_without_a_partner_are_no_comparison() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 2.0], [1.0])

"""What is told of how far seeds lie apart."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.spread import Spread, spread_of


def details(sd: float, rounds: int = 3) -> dict[str, object]:
    return {"seeds": {"values": [0.5] * rounds, "sd": sd}}


@pytest.mark.parametrize(
    ("value", "sd", "told"),
    [
        (0.8123, 0.034567, 0.035),
        (0.8123, 0.000049, 0.0),
        (0.8123, 0.00012, 0.0001),
        (0.8123, 0.0, 0.0),
        (1234.5, 25.6, 26.0),
        (12345678.0, 256.0, 0.0),
        (0.5, 0.5, 0.5),
    ],
)
def test_two_digits_are_told_and_none_finer_than_the_value(
    value: float, sd: float, told: float
) -> None:
    assert spread_of(value, details(sd)) == Spread(told, 3, "seeds")


@given(st.floats(0, 1), st.floats(0, 1))
def test_no_more_than_two_digits_leave(value: float, sd: float) -> None:
    spread = spread_of(value, details(sd))
    assert spread is not None
    assert spread.sd == float(f"{spread.sd:.2g}")
    assert math.isclose(spread.sd, sd, rel_tol=0.051, abs_tol=5.1e-5)


@pytest.mark.parametrize(
    ("preset", "of"), [("mteb", "experiments"), ("standard", "seeds"), ("vtab-1k", "seeds")]
)
def test_rounds_of_a_probe_are_called_as_its_preset_does(preset: str, of: str) -> None:
    spread = spread_of(0.5, {**details(0.1, 10), "probe": {"preset": preset}})
    assert spread == Spread(0.1, 10, of)


def test_one_round_or_no_value_has_no_spread() -> None:
    assert spread_of(0.5, {}) is None
    assert spread_of(None, details(0.1)) is None

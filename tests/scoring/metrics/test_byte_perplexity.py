"""Perplexity a byte: a power of the bits per byte."""

from __future__ import annotations

import math

import pytest
from hypothesis import given

from scoring.metrics import METRICS
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes.bits import ROWS


def value(labels, answers) -> float:
    return METRICS["byte_perplexity"].value(labels, answers)


@given(columns(ROWS))
def test_is_the_exponential_of_the_mean_cost_of_a_byte(rows) -> None:
    sizes, bits = rows
    held = [min(cost, 16 * size) for cost, size in zip(bits, sizes, strict=True)]
    nats = math.fsum(held) * math.log(2) / math.fsum(sizes)
    assert value(sizes, bits) == pytest.approx(math.exp(nats), rel=1e-9)


def test_model_that_knows_nothing_wavers_among_256_bytes() -> None:
    assert value([3.0, 10.0], [24.0, 80.0]) == 256


def test_trap_mean_over_tokens_depends_on_how_texts_are_cut() -> None:
    """Pseudo-perplexity a token is 2 for one model and 4 for the other, which has half as many
    tokens; both foretell the text equally well."""
    assert value([8.0], [8 * math.log2(2)]) == value([8.0], [4 * math.log2(4)]) == 2


def test_missing_row_costs_as_much_as_any_can() -> None:
    assert value([10.0], [None]) == value([10.0], [1e9]) == 2**16

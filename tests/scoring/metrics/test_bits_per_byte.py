"""Bits per byte: pooled over rows, bounded in each."""

from __future__ import annotations

import math

import pytest
from hypothesis import given

from scoring.metrics import METRICS
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes.bits import ROWS


def value(labels, answers) -> float:
    return METRICS["bits_per_byte"].value(labels, answers)


@given(columns(ROWS))
def test_is_bits_over_bytes_with_each_row_held_to_16(rows) -> None:
    sizes, bits = rows
    held = [min(cost, 16 * size) for cost, size in zip(bits, sizes, strict=True)]
    assert value(sizes, bits) == pytest.approx(math.fsum(held) / math.fsum(sizes), abs=1e-9)


def test_comes_from_log_probabilities_and_utf8() -> None:
    """−sum of ln p / ln 2 / bytes: four tokens of probability 1/2 over a text of 5 bytes."""
    size = len("été".encode())
    bits = -4 * math.log(0.5) / math.log(2)
    assert value([float(size)], [bits]) == pytest.approx(4 / 5)


def test_trap_tokens_do_not_compare() -> None:
    """Perplexity a token is 2 for one model and 4 for the other, which cuts the text into half as
    many tokens; they foretell it equally well."""
    of_letters, of_pairs = 8 * math.log2(2), 4 * math.log2(4)
    assert value([8.0], [of_letters]) == value([8.0], [of_pairs]) == 1


def test_missing_row_costs_16_bits_a_byte_and_so_does_one_beyond() -> None:
    assert value([10.0, 30.0], [10.0, None]) == pytest.approx((10 + 480) / 40)
    assert value([10.0, 30.0], [10.0, 1e9]) == pytest.approx((10 + 480) / 40)
    assert value([10.0], [float("nan")]) == 16

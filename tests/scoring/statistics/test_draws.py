import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.statistics.draws import draw_bits, draw_indices, draw_shares
from scoring.statistics.seeds import stream_of
from tests.scoring.statistics.cases import SEED


def test_draws_are_what_they_always_were() -> None:
    assert draw_indices(stream_of(SEED), 6, below=1000).tolist() == [802, 534, 348, 367, 980, 901]
    assert draw_bits(stream_of(SEED), 1, 8).tolist() == [[0, 1, 0, 0, 1, 1, 1, 1]]
    assert draw_shares(stream_of(SEED), 2).tolist() == [0.5345565143046691, 0.3671474662490569]


def test_indices_are_the_halves_of_words_multiplied_down() -> None:
    word = int(stream_of(SEED).random_raw())
    low, high = word & 0xFFFFFFFF, word >> 32
    expected = [low * 7 >> 32, high * 7 >> 32]
    assert draw_indices(stream_of(SEED), 2, below=7).tolist() == expected


@given(below=st.integers(1, 2**32 - 1), count=st.integers(0, 9))
def test_indices_are_within_their_bounds(below: int, count: int) -> None:
    drawn = draw_indices(stream_of(SEED), count, below=below)
    assert len(drawn) == count
    assert ((drawn >= 0) & (drawn < below)).all()


def test_each_index_is_as_likely() -> None:
    counts = np.bincount(draw_indices(stream_of(SEED), 70_000, below=7))
    assert ((counts - 10_000) ** 2 / 10_000).sum() < 22.5  # chi² of 6 degrees, p = .001


@pytest.mark.parametrize("below", [0, 2**32])
def test_there_must_be_something_to_draw_from(below: int) -> None:
    with pytest.raises(ValueError, match="draw from"):
        draw_indices(stream_of(SEED), 1, below=below)


@given(columns=st.integers(0, 200))
def test_bits_have_their_shape(columns: int) -> None:
    bits = draw_bits(stream_of(SEED), 3, columns)
    assert bits.shape == (3, columns)
    assert set(bits.ravel().tolist()) <= {0, 1}


def test_half_of_the_bits_are_set() -> None:
    assert abs(draw_bits(stream_of(SEED), 100, 1000).mean() - 0.5) < 0.006


def test_shares_lie_below_one() -> None:
    shares = draw_shares(stream_of(SEED), 10_000)
    assert shares.min() >= 0
    assert shares.max() < 1
    assert abs(shares.mean() - 0.5) < 0.01

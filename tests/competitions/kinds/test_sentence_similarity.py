"""Scores of pairs, and two embeddings in their place."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from competitions.kinds import get_kind
from competitions.kinds.answers import MAX_DIMENSIONS
from competitions.kinds.cosine import cosine
from competitions.kinds.faults import RowInvalid

PARSE = get_kind("sentence_similarity").answers["predict"].parse
VECTORS = st.integers(1, 5).flatmap(
    lambda size: st.tuples(*[st.lists(st.floats(-1e6, 1e6), min_size=size, max_size=size)] * 2)
)


@given(VECTORS)
def test_two_embeddings_answer_by_their_cosine(vectors: tuple[list[float], list[float]]) -> None:
    first, second = map(np.array, vectors)
    lengths = np.linalg.norm(first) * np.linalg.norm(second)
    assume(lengths > 1e-100)
    expected = float(first @ second / lengths)
    assert PARSE({"embeddings": [*vectors]}, ()) == pytest.approx(expected, abs=1e-9)


@given(
    st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1, max_size=5).filter(any),
    st.floats(1, 1e3),
)
def test_vectors_of_one_direction_have_1(vector: list[float], scale: float) -> None:
    assert cosine(vector, vector) == 1
    assert cosine(vector, [-number for number in vector]) == -1
    scaled = [number * scale for number in vector]
    assume(all(map(math.isfinite, scaled)) and any(scaled))
    assert cosine(vector, scaled) == pytest.approx(1, abs=1e-9)


def test_trap_a_vector_of_zeros_is_like_no_other() -> None:
    assert PARSE({"embeddings": [[0, 0], [1, 2]]}, ()) == 0
    assert PARSE({"embeddings": [[0, 0.0], [0, -0.0]]}, ()) == 0


def test_very_small_and_very_large_numbers_neither_vanish_nor_overflow() -> None:
    assert cosine([1e-200, 0], [1e-200, 1e-200]) == pytest.approx(math.sqrt(0.5), abs=1e-12)
    assert cosine([1e200, 0], [1e200, 1e200]) == pytest.approx(math.sqrt(0.5), abs=1e-12)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({}, "missing_key"),
        ({"score": 1, "embeddings": [[1], [1]]}, "two_answers"),
        ({"embeddings": [[1], [1]], "extra": 1}, "unknown_key"),
        ({"embeddings": [[1]]}, "wrong_type"),
        ({"embeddings": [[1], [1], [1]]}, "wrong_type"),
        ({"embeddings": [[], []]}, "wrong_type"),
        ({"embeddings": [[1], ["1"]]}, "wrong_type"),
        ({"embeddings": [1, 1]}, "wrong_type"),
        ({"embeddings": [[1], [True]]}, "boolean"),
        ({"embeddings": [[1], [math.nan]]}, "out_of_range"),
        ({"embeddings": [[1], [math.inf]]}, "out_of_range"),
        ({"embeddings": [[1], [1, 2]]}, "dimension_differs"),
        ({"embeddings": [[1] * (MAX_DIMENSIONS + 1)] * 2}, "out_of_range"),
    ],
)
def test_malformed_answer_is_refused(row: dict[str, object], code: str) -> None:
    with pytest.raises(RowInvalid) as fault:
        PARSE(row, ())
    assert fault.value.code == code

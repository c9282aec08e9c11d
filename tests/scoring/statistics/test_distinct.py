import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.statistics.distinct import distinct_rows

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 5))
WHOLE = SHAPES.flatmap(lambda shape: arrays(np.int64, shape, elements=st.integers(-2, 2)))
WIDE = SHAPES.flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.sampled_from([-(2**62), 0, 2**62]))
)
REAL = SHAPES.flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.sampled_from([-1.5, 0.0, 0.25, 1e300]))
)


@given(rows=st.one_of(WHOLE, WIDE, REAL))
def test_rows_and_counts_are_numpy_s(rows: np.ndarray) -> None:
    expected, counts = np.unique(rows, axis=0, return_counts=True)
    found, times = distinct_rows(rows)
    assert found.tolist() == expected.tolist()
    assert times.tolist() == counts.tolist()


def test_many_columns_are_folded_without_overflow() -> None:
    rows = np.random.default_rng(0).integers(0, 2, size=(50, 300))
    rows = np.concatenate([rows, rows])
    found, times = distinct_rows(rows)
    assert found.tolist() == np.unique(rows, axis=0).tolist()
    assert times.tolist() == [2] * 50

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.formats.number_types import as_floats, in_type

KINDS = (np.uint8, np.int32, np.int64, np.float16, np.float32, np.float64, np.bool_)
FLOATS = hnp.arrays(np.float32, 4, elements=st.floats(width=32))


def _typed(array: Any, kind: Any) -> Any:
    return in_type(array, kind, source="pixel_values", file="model.onnx")


@given(hnp.arrays(np.int32, 4, elements=st.integers(0, 255)), st.sampled_from(KINDS[:-1]))
def test_numbers_that_fit_stay_the_same(array: NDArray[np.int32], kind: Any) -> None:
    typed = _typed(array, kind)
    assert typed.dtype == kind
    assert (typed == array).all()


@given(FLOATS, st.sampled_from(KINDS[:3]))
def test_whole_numbers_are_the_same_or_refused(array: NDArray[np.float32], kind: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            typed = _typed(array, kind)
        except RunnerError as error:
            assert error.code == Code.BAD_MODEL
            assert "takes pixel_values as" in error.message
            assert "“do_rescale”" in error.message
        else:
            assert (typed == array).all()


def test_without_a_type_an_array_stays_as_it_is() -> None:
    array = np.zeros(2, dtype=np.int32)
    assert _typed(array, None) is array


def test_a_mask_may_be_of_truths() -> None:
    assert _typed(np.array([0, 1, 2], dtype=np.int32), np.bool_).tolist() == [False, True, True]


@pytest.mark.parametrize("found", [[{0: 0.5, 1: 0.5}], np.array(["benign"], dtype=object)])
def test_what_is_no_array_of_numbers_is_named(found: Any) -> None:
    with pytest.raises(RunnerError, match="its output “label” as something else") as caught:
        as_floats(found, name="label", file="model.onnx")
    assert "zipmap" in caught.value.message

from __future__ import annotations

import pytest

from sandbox.runner.errors import Code, RunnerError

from ..fakes import FakeModel
from .conftest import Predict

KIND = ("text_regression", "predict")


def test_the_single_output_is_the_value(predict: Predict) -> None:
    rows = predict(*KIND, FakeModel({"outputs": 1}), [("a",), ("ccc",)])
    assert {row["id"]: row["value"] for row in rows} == {"r0": 1.0, "r1": 3.0}


def test_a_head_with_several_outputs_is_refused(predict: Predict) -> None:
    with pytest.raises(RunnerError, match="2 outputs, the task needs 1") as caught:
        predict(*KIND, FakeModel({"outputs": 2}), [("a",)])
    assert caught.value.code == Code.WRONG_LABELS

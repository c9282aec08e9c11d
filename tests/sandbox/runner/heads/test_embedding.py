from __future__ import annotations

import pytest

from sandbox.runner.errors import Code, RunnerError

from ..fakes import FakeModel
from .conftest import Predict


@pytest.mark.parametrize("kind", ["text_classification", "text_regression"])
def test_every_row_gets_an_embedding(predict: Predict, kind: str) -> None:
    rows = predict(kind, "probe", FakeModel({"outputs": 3}), [("a",), ("bb",)])
    assert {row["id"]: row["embedding"] for row in rows} == {"r0": [1, 2, 3], "r1": [2, 4, 6]}


def test_embeddings_that_are_too_wide_are_refused(predict: Predict) -> None:
    with pytest.raises(RunnerError, match="8193") as caught:
        predict("text_regression", "probe", FakeModel({"does": "wide"}), [("a",)])
    assert caught.value.code == Code.BAD_MODEL

from __future__ import annotations

import pytest

from sandbox.runner.errors import RunnerError
from sandbox.runner.formats.base import Purpose
from sandbox.runner.heads.likeness import Likeness

from ..fakes import FakeModel
from .conftest import Predict

KIND = ("sentence_similarity", "predict")
PAIRS = [("bb", "a"), ("a", "a")]


def test_a_pair_head_is_used_where_the_folder_has_one() -> None:
    assert Likeness().purpose(None, lambda: True) is Purpose.CLASSIFIER
    assert Likeness().purpose(None, lambda: False) is Purpose.ENCODER


def test_cosine_of_embeddings_that_point_the_same_way_is_one(predict: Predict) -> None:
    rows = predict(*KIND, FakeModel({}), PAIRS)
    assert {row["id"]: row["score"] for row in rows} == {
        "r0": pytest.approx(1.0),
        "r1": pytest.approx(1.0),
    }


def test_embeddings_of_zeros_score_zero(predict: Predict) -> None:
    rows = predict(*KIND, FakeModel({"does": "zero"}), PAIRS)
    assert [row["score"] for row in rows] == [0, 0]


def test_rows_follow_the_texts(predict: Predict) -> None:
    forth = predict(*KIND, FakeModel({}), PAIRS)
    back = predict(*KIND, FakeModel({}), PAIRS[::-1])
    assert [row["id"] for row in forth] == ["r1", "r0"]
    assert [row["id"] for row in back] == ["r0", "r1"]


def test_a_pair_head_reads_both_texts_together(predict: Predict) -> None:
    rows = predict(*KIND, FakeModel({"outputs": 1}), PAIRS, pair_head=True)
    assert {row["id"]: row["score"] for row in rows} == {"r0": len("bb|a"), "r1": len("a|a")}


def test_a_pair_head_with_several_outputs_is_refused(predict: Predict) -> None:
    with pytest.raises(RunnerError, match="the task needs 1"):
        predict(*KIND, FakeModel({"outputs": 2}), PAIRS, pair_head=True)

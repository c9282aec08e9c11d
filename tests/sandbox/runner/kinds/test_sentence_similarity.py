from __future__ import annotations

import pytest

from sandbox.runner.errors import RunnerError
from sandbox.runner.kinds import Purpose, find_kind

from ..fakes import FakeEncoder, FakeHead
from .conftest import Predict

KIND = ("sentence_similarity", "predict")
PAIRS = [("bb", "a"), ("a", "a")]


def test_a_pair_head_is_used_where_the_folder_has_one() -> None:
    kind = find_kind(*KIND)
    assert kind.purpose(lambda: True) is Purpose.HEAD
    assert kind.purpose(lambda: False) is Purpose.ENCODER


def test_cosine_of_embeddings_that_point_the_same_way_is_one(predict: Predict) -> None:
    rows = predict(*KIND, FakeEncoder({}), PAIRS)
    assert {row["id"]: row["score"] for row in rows} == {
        "r0": pytest.approx(1.0),
        "r1": pytest.approx(1.0),
    }


def test_embeddings_of_zeros_score_zero(predict: Predict) -> None:
    rows = predict(*KIND, FakeEncoder({"does": "zero"}), PAIRS)
    assert [row["score"] for row in rows] == [0, 0]


def test_rows_follow_the_texts(predict: Predict) -> None:
    forth = predict(*KIND, FakeEncoder({}), PAIRS)
    back = predict(*KIND, FakeEncoder({}), PAIRS[::-1])
    assert [row["id"] for row in forth] == ["r1", "r0"]
    assert [row["id"] for row in back] == ["r0", "r1"]


def test_a_pair_head_reads_both_texts_together(predict: Predict) -> None:
    rows = predict(*KIND, FakeHead({"outputs": 1}), PAIRS)
    assert {row["id"]: row["score"] for row in rows} == {"r0": len("bb|a"), "r1": len("a|a")}


def test_a_pair_head_with_several_outputs_is_refused(predict: Predict) -> None:
    with pytest.raises(RunnerError, match="the task needs 1"):
        predict(*KIND, FakeHead({"outputs": 2}), PAIRS)

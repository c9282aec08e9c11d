from __future__ import annotations

import numpy as np
import pytest

from sandbox.runner.errors import RunnerError
from sandbox.runner.heads.classes import softmax

from ..fakes import FakeModel
from .conftest import Predict

KIND = ("text_classification", "predict")


def test_a_label_and_probabilities_in_the_task_s_order(predict: Predict) -> None:
    head = FakeModel({"outputs": 2, "id2label": {"0": "yes", "1": "no"}})
    rows = predict(*KIND, head, [("a",), ("bb",)], ("yes", "no"))
    by_id = {row["id"]: row for row in rows}
    assert {row["label"] for row in rows} == {"no"}
    assert by_id["r0"]["probs"] == pytest.approx([0.268941, 0.731059])
    assert by_id["r1"]["probs"] == pytest.approx([0.119203, 0.880797])
    assert all(sum(row["probs"]) == pytest.approx(1, abs=1e-5) for row in rows)


def test_equal_logits_give_the_first_label(predict: Predict) -> None:
    rows = predict(*KIND, FakeModel({"does": "zero"}), [("a",)], ("x", "y"))
    assert rows[0]["label"] == "x"


def test_labels_are_checked_with_the_first_batch(predict: Predict) -> None:
    head = FakeModel({"outputs": 2, "id2label": {"0": "a", "1": "b"}})
    with pytest.raises(RunnerError, match="id2label"):
        predict(*KIND, head, [("a",)], ("yes", "no"))
    assert len(head.batches) == 1


def test_softmax_survives_large_logits() -> None:
    logits = np.array([[3e38, -3e38], [-3e38, -3e38]], dtype=np.float32)
    assert softmax(logits).tolist() == [[1.0, 0.0], [0.5, 0.5]]

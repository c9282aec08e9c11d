from __future__ import annotations

import io
import json
from typing import Any

import pytest

from submissions.validation.errors import SubmissionRefused
from submissions.validation.weights_index import INDEX_NAME, check_weights_index

SHARDS = {"a.safetensors": frozenset({"x"}), "b.safetensors": frozenset({"y"})}
GOOD = {"x": "a.safetensors", "y": "b.safetensors"}


def _check(index: Any) -> None:
    check_weights_index(io.BytesIO(json.dumps(index).encode()), path=INDEX_NAME, shards=SHARDS)


def test_a_true_index_passes() -> None:
    _check({"metadata": {"total_size": 8}, "weight_map": GOOD})


@pytest.mark.parametrize(
    ("index", "reason"),
    [
        ([], "no weight_map"),
        ({}, "no weight_map"),
        ({"weight_map": {}}, "no weight_map"),
        ({"weight_map": GOOD | {"x": "../../secret.safetensors"}}, "not beside it"),
        ({"weight_map": GOOD | {"x": "/etc/passwd"}}, "not beside it"),
        ({"weight_map": GOOD | {"x": "pytorch_model.bin"}}, "not beside it"),
        ({"weight_map": GOOD | {"x": ["a.safetensors"]}}, "not beside it"),
        ({"weight_map": GOOD | {"x": "b.safetensors"}}, "does not hold it"),
        ({"weight_map": {"x": "a.safetensors"}}, "does not name b.safetensors"),
    ],
)
def test_a_lying_index_is_refused(index: Any, reason: str) -> None:
    with pytest.raises(SubmissionRefused) as caught:
        _check(index)
    assert caught.value.code == "bad_weights_index"
    assert reason in caught.value.message

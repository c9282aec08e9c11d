from __future__ import annotations

import pytest

from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.kinds.base import KINDS, find_kind


def test_the_kinds_of_the_contract_are_registered() -> None:
    assert set(KINDS) == {
        ("text_classification", "predict"),
        ("text_classification", "probe"),
        ("text_regression", "predict"),
        ("text_regression", "probe"),
        ("sentence_similarity", "predict"),
    }


def test_an_unknown_kind_is_internal() -> None:
    with pytest.raises(RunnerError, match="poetry") as caught:
        find_kind("poetry", "predict")
    assert caught.value.code == Code.INTERNAL

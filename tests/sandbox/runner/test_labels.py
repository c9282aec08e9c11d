from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.labels import label_order, parse_id2label

LABELS = ("negative", "neutral", "positive")


def test_names_decide_in_whatever_order_the_head_has_them() -> None:
    id2label = {0: "positive", 1: "negative", 2: "neutral"}
    assert label_order(id2label, labels=LABELS, outputs=3) == [1, 2, 0]


@given(st.permutations(LABELS))
def test_each_label_finds_its_output(names: list[str]) -> None:
    order = label_order(dict(enumerate(names)), labels=LABELS, outputs=3)
    assert [names[index] for index in order] == list(LABELS)


@pytest.mark.parametrize("id2label", [None, {}, {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}])
def test_without_names_the_index_decides(id2label: dict[int, str] | None) -> None:
    assert label_order(id2label, labels=LABELS, outputs=3) == [0, 1, 2]


@pytest.mark.parametrize(
    "id2label",
    [
        {0: "NEGATIVE", 1: "NEUTRAL", 2: "POSITIVE"},
        {0: "negative", 1: "negative", 2: "positive"},
        {0: "negative", 1: "LABEL_1", 2: "positive"},
        {0: "negative", 1: "positive"},
    ],
)
def test_other_names_are_refused_and_both_sides_named(id2label: dict[int, str]) -> None:
    with pytest.raises(RunnerError, match="negative, neutral, positive") as caught:
        label_order(id2label, labels=LABELS, outputs=3)
    assert caught.value.code == Code.WRONG_LABELS


def test_a_head_of_another_size_is_refused() -> None:
    with pytest.raises(RunnerError, match="2 outputs, the task has 3 labels"):
        label_order(None, labels=LABELS, outputs=2)


@pytest.mark.parametrize("raw", [None, [], "x", {"a": "b"}])
def test_malformed_names_count_as_absent(raw: object) -> None:
    assert parse_id2label(raw) is None


def test_json_keys_become_numbers() -> None:
    assert parse_id2label({"0": "a", "1": "b"}) == {0: "a", 1: "b"}

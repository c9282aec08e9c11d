"""What a sandbox says of its answers is bounded before anybody sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds.values import ClassAnswer, ClassSetAnswer, RankedItems
from submissions.explanations import MOST_ROWS, MOST_TOKENS, read_explanations

ROWS = {"a": {"text": "fine film"}, "b": {"image": "x.png"}}
ANSWERS = {"a": ClassAnswer("positive")}


def read(said: Any) -> list[dict[str, Any]]:
    return read_explanations(json.dumps(said).encode(), rows=ROWS, answers=ANSWERS)


def test_tokens_stand_beside_their_scores_and_the_answer() -> None:
    said = [{"id": "a", "target": 1, "tokens": ["fine", "film"], "grid": [[1.0, -0.5]]}]
    assert read(said) == [
        {"input": "fine film", "answer": "positive", "tokens": [["fine", 1.0], ["film", -0.5]]}
    ]


def test_a_grid_stands_for_an_image() -> None:
    (found,) = read([{"id": "b", "target": 0, "tokens": [], "grid": [[0, 0.5], [1, -1]]}])
    assert found == {"input": "x.png", "answer": "", "grid": [[0, 0.5], [1, -1]]}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (ClassAnswer("positive", (0.1, 0.9)), "positive"),
        (ClassSetAnswer(("sad", "slow")), "sad, slow"),
        (ClassSetAnswer(()), "none of the classes"),
        (RankedItems(("tea", "mint")), "tea"),
        (2.34567891, "2.346"),
        (None, ""),
    ],
)
def test_answers_are_said_in_words(answer: Any, words: str) -> None:
    said = [{"id": "a", "tokens": ["fine"], "grid": [[1.0]]}]
    raw = json.dumps(said).encode()
    (found,) = read_explanations(raw, rows=ROWS, answers={"a": answer})
    assert found["answer"] == words


@pytest.mark.parametrize(
    "change",
    [
        {"id": "hidden"},
        {"id": 3},
        {"tokens": "fine"},
        {"tokens": [1]},
        {"tokens": ["one"]},
        {"grid": None},
        {"grid": []},
        {"grid": [[2.0, 0.0]]},
        {"grid": [[True, 0.0]]},
        {"grid": [["1", 0.0]]},
        {"grid": [[0.0], [0.0]]},
    ],
)
def test_what_is_malformed_is_left_out(change: dict[str, Any]) -> None:
    good = {"id": "a", "target": 1, "tokens": ["fine", "film"], "grid": [[1.0, -0.5]]}
    assert read([{**good, **change}, good]) == read([good])


@pytest.mark.parametrize("raw", [b"", b"{", b"[" * 100, b'[{"id": NaN}]', b"\xff", b"3", b"{}"])
def test_what_is_no_list_of_objects_gives_nothing(raw: bytes) -> None:
    assert read_explanations(raw, rows=ROWS, answers=ANSWERS) == []


def test_rows_tokens_and_their_lengths_are_bounded() -> None:
    many = {"id": "a", "tokens": ["x" * 500] * 900, "grid": [[0.1] * 900]}
    found = read([many] * 50)
    assert len(found) == MOST_ROWS
    assert len(found[0]["tokens"]) == MOST_TOKENS
    assert all(len(token) <= 60 for token, _ in found[0]["tokens"])


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=20))
def test_any_json_is_read_without_an_error(said: Any) -> None:
    assert isinstance(read([said]), list)

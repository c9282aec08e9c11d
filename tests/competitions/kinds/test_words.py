"""Rows of words, and of words with gaps."""

from __future__ import annotations

import pytest

from competitions.kinds import get_kind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.words import MAX_WORD_LENGTH, MAX_WORDS, words_input

GAPS = get_kind("masked_language_modelling")


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        ([], "1 to 5000 entries, it has 0"),
        (["a"] * (MAX_WORDS + 1), "1 to 5000 entries"),
        ("a b", "list of texts"),
        (["a", 1], "list of texts"),
        (["a", " \t"], "word 2 is empty"),
        (["x" * (MAX_WORD_LENGTH + 1)], "more than 200 characters"),
    ],
)
def test_what_is_wrong_with_words_is_named(words: object, fragment: str) -> None:
    with pytest.raises(RowInvalid, match=fragment):
        words_input({"words": words})


def test_words_pass_as_they_are() -> None:
    row = {"words": ["a", "x" * MAX_WORD_LENGTH, "🎉"]}
    assert words_input(row) == row


def test_gaps_are_the_words_that_are_empty() -> None:
    row = {"words": ["a", "", "b", ""], "masked": [1, 3]}
    assert GAPS.check_input(row) == row
    assert GAPS.measure is not None
    assert GAPS.measure(row) == 2


@pytest.mark.parametrize(
    "masked", [[], [1], [3, 1], [1, 1, 3], [1, 3, 4], [-1, 3], [1.0, 3], [True, 3], None, "13"]
)
def test_gaps_that_are_named_otherwise_are_refused(masked: object) -> None:
    with pytest.raises(RowInvalid, match=r"input\.masked must"):
        GAPS.check_input({"words": ["a", "", "b", ""], "masked": masked})


def test_row_without_a_gap_is_refused() -> None:
    with pytest.raises(RowInvalid, match="there must be one"):
        GAPS.check_input({"words": ["a"], "masked": []})
    with pytest.raises(RowInvalid, match="word 2 is empty"):
        GAPS.check_input({"words": ["", " "], "masked": [0]})


@pytest.mark.parametrize("label", [[], [""], ["  "], ["x" * 201], "word", [1], None])
def test_true_words_are_whole(label: object) -> None:
    with pytest.raises(RowInvalid):
        GAPS.check_label(label, ())


def test_true_words_are_as_many_as_the_gaps() -> None:
    assert GAPS.check_measure is not None
    GAPS.check_measure(("a", "b"), 2)
    with pytest.raises(RowInvalid, match="the label has 1 words for 2 gaps"):
        GAPS.check_measure(("a",), 2)


@pytest.mark.parametrize(
    ("tokens", "code"),
    [
        ([], "wrong_type"),
        (["a", None], "wrong_type"),
        (["x" * 201], "out_of_range"),
        (["a"] * (MAX_WORDS + 1), "out_of_range"),
    ],
)
def test_bad_answer_has_its_code(tokens: object, code: str) -> None:
    with pytest.raises(RowInvalid) as refused:
        GAPS.answers["predict"].parse({"tokens": tokens}, ())
    assert refused.value.code == code


def test_answer_may_leave_gaps_open() -> None:
    assert GAPS.answers["predict"].parse({"tokens": ["a", ""]}, ()) == ("a", "")

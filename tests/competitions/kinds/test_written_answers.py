"""Answers in words: spans of a text, and written texts."""

from __future__ import annotations

import pytest

from competitions.kinds import get_kind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.settings import setting_problems
from competitions.kinds.values import SpanAnswer

SPAN = get_kind("extractive_qa")
TEXT = get_kind("text_generation")


def test_accepted_answers_may_be_none() -> None:
    assert SPAN.check_label([], ()) == ()
    assert SPAN.check_label(["1932", "in 1932"], ()) == ("1932", "in 1932")


@pytest.mark.parametrize("label", [[""], ["a"] * 21, ["a", 1], "a", None, {}])
def test_bad_accepted_answers_are_refused(label: object) -> None:
    with pytest.raises(RowInvalid) as refused:
        SPAN.check_label(label, ())
    assert refused.value.code == "wrong_type"


def test_accepted_answers_stand_in_the_context() -> None:
    assert SPAN.measure is not None
    assert SPAN.check_measure is not None
    context = SPAN.measure({"question": "When?", "context": "Opened in 1932."})
    SPAN.check_measure(("1932", "in 1932"), context)
    SPAN.check_measure((), context)
    with pytest.raises(RowInvalid, match='the answer "1933" does not occur'):
        SPAN.check_measure(("1932", "1933"), context)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"answer": None}, "wrong_type"),
        ({"answer": "a" * 10_001}, "out_of_range"),
        ({"answer": "a", "no_answer_prob": 1.01}, "out_of_range"),
        ({"answer": "a", "no_answer_prob": -0.01}, "out_of_range"),
        ({"answer": "a", "no_answer_prob": float("nan")}, "out_of_range"),
        ({"answer": "a", "no_answer_prob": True}, "boolean"),
        ({"answer": "a", "no_answer_prob": "0.5"}, "wrong_type"),
    ],
)
def test_bad_span_has_its_code(row: dict[str, object], code: str) -> None:
    with pytest.raises(RowInvalid) as refused:
        SPAN.answers["predict"].parse(row, ())
    assert refused.value.code == code


def test_empty_span_is_an_answer() -> None:
    parse = SPAN.answers["predict"].parse
    assert parse({"answer": "", "no_answer_prob": 1}, ()) == SpanAnswer("", 1.0)
    assert parse({"answer": ""}, ()) == SpanAnswer("")


@pytest.mark.parametrize("label", [[], [""], ["a"] * 21, ["a", None], "a", None])
def test_bad_references_are_refused(label: object) -> None:
    with pytest.raises(RowInvalid) as refused:
        TEXT.check_label(label, ())
    assert refused.value.code == "wrong_type"


@pytest.mark.parametrize(("text", "code"), [(1, "wrong_type"), ("a" * 10_001, "out_of_range")])
def test_bad_text_has_its_code(text: object, code: str) -> None:
    with pytest.raises(RowInvalid) as refused:
        TEXT.answers["predict"].parse({"text": text}, ())
    assert refused.value.code == code


def test_text_may_be_empty() -> None:
    assert TEXT.answers["predict"].parse({"text": ""}, ()) == ""


@pytest.mark.parametrize(
    ("given", "sound"),
    [
        ({"max_new_tokens": 1024, "stop": ["\n", "###"]}, True),
        ({"max_new_tokens": 0}, False),
        ({"max_new_tokens": 1025}, False),
        ({"stop": ["x"] * 21}, False),
        ({"stop": [1]}, False),
        ({"temperature": 1}, False),
    ],
)
def test_settings_of_written_texts_are_bounded(given: dict[str, object], sound: bool) -> None:
    assert (setting_problems(TEXT.settings, given) == []) == sound

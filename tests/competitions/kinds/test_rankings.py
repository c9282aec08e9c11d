"""Graded items of labels, ranked items of answers."""

from __future__ import annotations

import pytest

from competitions.kinds import get_kind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.rankings import ITEMS_ANSWER, graded_items
from competitions.kinds.values import RankedItems


def test_grades_come_in_one_order_whatever_theirs_was() -> None:
    assert graded_items({"b": 2, "a": 0}, name="items") == (("a", 0), ("b", 2))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (["a"], "wrong_type"),
        ({"a": 1.0}, "bad_grade"),
        ({"a": True}, "bad_grade"),
        ({"a": -1}, "bad_grade"),
        ({"a": 101}, "bad_grade"),
        ({"": 1}, "bad_id"),
    ],
)
def test_malformed_grades_are_refused(value: object, code: str) -> None:
    with pytest.raises(RowInvalid) as fault:
        graded_items(value, name="items")
    assert fault.value.code == code


def test_answer_keeps_its_order_and_may_be_empty() -> None:
    assert ITEMS_ANSWER.parse({"items": ["b", "a", "zzz"]}, ("a", "b")) == RankedItems(
        ("b", "a", "zzz")
    )
    assert ITEMS_ANSWER.parse({"items": []}, ()) == RankedItems(())


def test_scores_put_items_in_order_and_equal_ones_keep_theirs() -> None:
    row = {"items": ["a", "b", "c", "d"], "scores": [1, 2.5, 1, 2.5]}
    assert ITEMS_ANSWER.parse(row, ()) == RankedItems(("b", "d", "a", "c"))
    assert ITEMS_ANSWER.parse({"items": [], "scores": []}, ()) == RankedItems(())


@pytest.mark.parametrize(
    ("scores", "code"),
    [
        ([], "wrong_type"),
        ([1.0], "lengths_differ"),
        ([1.0, 2.0, 3.0], "lengths_differ"),
        ([1.0, True], "boolean"),
        ([1.0, "2"], "wrong_type"),
        ([1.0, float("nan")], "out_of_range"),
        ([1.0, float("inf")], "out_of_range"),
        ({"a": 1.0, "b": 2.0}, "wrong_type"),
    ],
)
def test_malformed_scores_are_refused(scores: object, code: str) -> None:
    with pytest.raises(RowInvalid) as fault:
        ITEMS_ANSWER.parse({"items": ["a", "b"], "scores": scores}, ())
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ("ab", "wrong_type"),
        ([1], "wrong_type"),
        (["a", "a"], "repeated_item"),
        ([str(number) for number in range(101)], "too_many_items"),
        (["x" * 201], "out_of_range"),
    ],
)
def test_malformed_answer_is_refused(items: object, code: str) -> None:
    with pytest.raises(RowInvalid) as fault:
        ITEMS_ANSWER.parse({"items": items}, ())
    assert fault.value.code == code


def test_recommendation_grades_items_of_the_catalogue_of_which_one_is_relevant() -> None:
    check = get_kind("recommendation").check_label
    assert check({"a": 1, "b": 0}, ("a", "b")) == (("a", 1), ("b", 0))
    with pytest.raises(RowInvalid, match='"c" is not in the task\'s catalogue'):
        check({"a": 1, "c": 1}, ("a", "b"))
    with pytest.raises(RowInvalid, match="grade above 0"):
        check({"a": 0}, ("a", "b"))


@pytest.mark.parametrize(
    "value",
    [
        {"history": "tea"},
        {"history": [1]},
        {"history": [""]},
        {"history": ["a"] * 1001},
        {"history": [], "user": 3},
        {"history": [], "user": "x" * 201},
        {"history": [], "age": 3},
        {"user": "u"},
    ],
)
def test_malformed_history_is_refused(value: object) -> None:
    with pytest.raises(RowInvalid):
        get_kind("recommendation").check_input(value)


def test_retrieval_tells_queries_from_documents_by_role() -> None:
    kind = get_kind("retrieval")
    assert kind.measure and kind.check_measure and kind.is_scored and kind.refers
    query, document = kind.check_label({"d1": 2, "d0": 0}, ()), kind.check_label({}, ())
    assert (kind.is_scored(query), kind.is_scored(document)) == (True, False)
    assert kind.refers(query) == ("d0", "d1")
    kind.check_measure(query, kind.measure({"text": "a", "role": "query"}))
    kind.check_measure(document, kind.measure({"text": "a", "role": "document"}))
    with pytest.raises(RowInvalid, match="is a query"):
        kind.check_measure(document, "query")
    with pytest.raises(RowInvalid, match="is a document"):
        kind.check_measure(query, "document")
    with pytest.raises(RowInvalid, match="grade above 0"):
        kind.check_label({"d1": 0}, ())


@pytest.mark.parametrize("role", [None, "doc", 1, ["query"]])
def test_role_is_query_or_document(role: object) -> None:
    with pytest.raises(RowInvalid, match="role must be"):
        get_kind("retrieval").check_input({"text": "a", "role": role})

"""Biological sequences, their classes place by place, and their contacts."""

from __future__ import annotations

from typing import Any

import pytest

from competitions.kinds import get_kind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.sequences import sequence_input
from competitions.kinds.values import Contacts

CLASSES = ("H", "E")
RESIDUES = get_kind("residue_labelling")
CONTACTS = get_kind("contact_prediction")
PARSE_RESIDUES = RESIDUES.answers["predict"].parse
PARSE_CONTACTS = CONTACTS.answers["predict"].parse


@pytest.mark.parametrize("sequence", ["M", "MKT", "X" * 20_000])
def test_capital_letters_pass(sequence: str) -> None:
    assert sequence_input({"sequence": sequence}) == {"sequence": sequence}


@pytest.mark.parametrize("sequence", ["", "mkt", "M K", "MKT\n", "M-K", "MÄ", 3, "X" * 20_001])
def test_anything_else_is_refused(sequence: object) -> None:
    with pytest.raises(RowInvalid, match="letters A to Z"):
        sequence_input({"sequence": sequence})


def test_label_has_a_class_or_null_for_each_place() -> None:
    label = RESIDUES.check_label(["H", None, "E"], CLASSES)
    assert label == ("H", None, "E")
    assert RESIDUES.measure and RESIDUES.check_measure
    RESIDUES.check_measure(label, RESIDUES.measure({"sequence": "MKT"}))
    with pytest.raises(RowInvalid, match="has 3 places, the sequence has 4"):
        RESIDUES.check_measure(label, RESIDUES.measure({"sequence": "MKTA"}))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("HE", "wrong_type"),
        ([1], "wrong_type"),
        ([], "out_of_range"),
        (["H"] * 20_001, "out_of_range"),
        ([None, None], "nothing_known"),
        (["H", "X"], "unknown_label"),
    ],
)
def test_malformed_residue_label_is_refused(value: object, code: str) -> None:
    with pytest.raises(RowInvalid) as fault:
        RESIDUES.check_label(value, CLASSES)
    assert fault.value.code == code


def test_place_with_a_class_that_the_task_does_not_have_has_no_answer() -> None:
    assert PARSE_RESIDUES({"labels": ["H", "X", "E"]}, CLASSES) == ("H", None, "E")


@pytest.mark.parametrize("labels", ["HE", [], [None], [1], ["H"] * 20_001, ["x" * 201]])
def test_malformed_residue_answer_is_refused(labels: object) -> None:
    with pytest.raises(RowInvalid):
        PARSE_RESIDUES({"labels": labels}, CLASSES)


def test_contacts_of_a_label_come_in_one_order() -> None:
    label = CONTACTS.check_label({"length": 9, "pairs": [[2, 8], [0, 5]]}, ())
    assert label == Contacts(9, ((0, 5), (2, 8)))
    assert CONTACTS.check_label({"length": 9, "pairs": []}, ()) == Contacts(9, ())
    assert CONTACTS.measure and CONTACTS.check_measure
    CONTACTS.check_measure(label, CONTACTS.measure({"sequence": "MKTAYIAKQ"}))
    with pytest.raises(RowInvalid, match="length is 9, the sequence has 3"):
        CONTACTS.check_measure(label, CONTACTS.measure({"sequence": "MKT"}))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([[0, 1]], "wrong_type"),
        ({"length": 9}, "missing_key"),
        ({"length": 0, "pairs": []}, "out_of_range"),
        ({"length": True, "pairs": []}, "out_of_range"),
        ({"length": 20_001, "pairs": []}, "out_of_range"),
        ({"length": 9, "pairs": [[0, 1, 2]]}, "wrong_type"),
        ({"length": 9, "pairs": [[0, 9]]}, "out_of_range"),
        ({"length": 9, "pairs": [[5, 5]]}, "out_of_range"),
        ({"length": 9, "pairs": [[0, 1], [0, 1]]}, "repeated_pair"),
    ],
)
def test_malformed_contact_label_is_refused(value: object, code: str) -> None:
    with pytest.raises(RowInvalid) as fault:
        CONTACTS.check_label(value, ())
    assert fault.value.code == code


def test_contacts_of_an_answer_are_packed() -> None:
    answer = PARSE_CONTACTS({"pairs": [[2, 8, 1], [0, 5, 0.25]]}, ())
    assert list(answer.places) == [2, 8, 0, 5]
    assert list(answer.probabilities) == [1.0, 0.25]
    assert list(PARSE_CONTACTS({"pairs": []}, ()).places) == []


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ("", "wrong_type"),
        ([1], "wrong_type"),
        ([[0, 1]], "wrong_type"),
        ([[0, 1, "1"]], "wrong_type"),
        ([[0, 1, True]], "wrong_type"),
        ([[0.0, 1, 1]], "wrong_type"),
        ([[0, True, 1]], "wrong_type"),
        ([[1, 0, 0.5]], "out_of_range"),
        ([[1, 1, 0.5]], "out_of_range"),
        ([[-1, 1, 0.5]], "out_of_range"),
        ([[0, 20_000, 0.5]], "out_of_range"),
        ([[0, 1, 1.01]], "out_of_range"),
        ([[0, 1, float("nan")]], "out_of_range"),
        ([[0, 1, 0.5], [0, 1, 0.4]], "repeated_pair"),
        ([[0, number, 0.5] for number in range(1, 40_002)], "too_many_pairs"),
    ],
)
def test_malformed_contact_answer_is_refused(pairs: Any, code: str) -> None:
    with pytest.raises(RowInvalid) as fault:
        PARSE_CONTACTS({"pairs": pairs}, ())
    assert fault.value.code == code

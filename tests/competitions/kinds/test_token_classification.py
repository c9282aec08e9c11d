"""Tags by the rules of IOB2."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds import get_kind
from competitions.kinds.faults import RowInvalid
from competitions.kinds.token_classification import tags_problem
from tests.scoring.shapes.tags import CLASSES, by_the_rules

KIND = get_kind("token_classification")
SCHEMA = KIND.answers["predict"]


@given(st.lists(st.sampled_from(CLASSES), min_size=1).map(by_the_rules))
def test_tags_by_the_rules_pass(tags: tuple[str, ...]) -> None:
    assert KIND.check_label(list(tags), CLASSES) == tags


@pytest.mark.parametrize(
    ("tags", "fragment"),
    [
        (["I-PER"], 'tag 1 is "I-PER" after "O"'),
        (["B-LOC", "I-PER"], 'tag 2 is "I-PER" after "B-LOC"'),
        (["B-PER", "O", "I-PER"], 'has the tag "B-PER"'),
        (["B-ORG"], 'tag "B-ORG" is not one of'),
        (["PER"], "is not one of"),
        ([], "1 to 5000 entries"),
        (["O", None], "list of texts"),
    ],
)
def test_bad_label_is_named(tags: list[object], fragment: str) -> None:
    with pytest.raises(RowInvalid, match=fragment):
        KIND.check_label(tags, CLASSES)


def test_label_has_a_tag_for_each_word() -> None:
    assert KIND.check_measure is not None
    KIND.check_measure(("O", "O"), 2)
    with pytest.raises(RowInvalid, match="the label has 2 tags for 3 words"):
        KIND.check_measure(("O", "O"), 3)


@pytest.mark.parametrize(
    ("listed", "fragment"),
    [
        (["O", "PER"], "“B-…” and “I-…”"),
        (["O", "B-"], "“B-…” and “I-…”"),
        (["O", "B--"], "“B-…” and “I-…”"),
        (["O", "E-PER"], "“B-…” and “I-…”"),
        (["B-PER", "O"], "first class is “O”"),
        (["B-PER", "I-PER"], "first class is “O”"),
        (["O", "I-PER", "B-LOC"], '"I-PER" needs "B-PER" too'),
    ],
)
def test_classes_that_are_no_tags_are_named(listed: list[str], fragment: str) -> None:
    assert fragment in tags_problem(listed)


@pytest.mark.parametrize("listed", [CLASSES, ["O", "B-PER"], ("O", "B-a-b", "I-a-b")])
def test_sound_classes_have_no_problem(listed) -> None:
    assert tags_problem(listed) == ""


def test_answer_keeps_types_that_the_task_does_not_have() -> None:
    row = {"tags": ["I-PER", "B-EVENT", "O"]}
    assert SCHEMA.parse(row, CLASSES) == ("I-PER", "B-EVENT", "O")


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        (["PER"], "not_iob2"),
        (["B-"], "not_iob2"),
        ([""], "not_iob2"),
        (["o"], "not_iob2"),
        (["B-" + "x" * 200], "not_iob2"),
        ([], "wrong_type"),
        (["O", None], "wrong_type"),
        (["O"] * 5001, "out_of_range"),
    ],
)
def test_bad_answer_has_its_code(tags: object, code: str) -> None:
    with pytest.raises(RowInvalid) as refused:
        SCHEMA.parse({"tags": tags}, CLASSES)
    assert refused.value.code == code


def test_tags_of_the_task_are_not_copied() -> None:
    name = "".join(["B-", "PER"])
    (tag,) = SCHEMA.parse({"tags": [name]}, CLASSES) or ()
    assert tag is CLASSES[CLASSES.index("B-PER")]

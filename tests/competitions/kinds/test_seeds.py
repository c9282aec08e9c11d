"""Answers of the fine-tune track: one of another schema for each seed."""

from __future__ import annotations

from typing import Any

import pytest

from competitions.kinds import KINDS, get_kind
from competitions.kinds.answers import CLASS_ANSWER
from competitions.kinds.faults import RowInvalid
from competitions.kinds.seeds import MAX_SEEDS, per_seed
from competitions.kinds.values import ClassAnswer, SeedAnswers

SCHEMA = per_seed(CLASS_ANSWER)
CLASSES = ("negative", "positive")


def refusal(row: dict[str, Any]) -> RowInvalid:
    with pytest.raises(RowInvalid) as refused:
        SCHEMA.parse(row, CLASSES)
    return refused.value


def test_each_seed_is_read_by_the_other_schema() -> None:
    row = {"seeds": [{"label": "positive"}, {"label": "negative", "probs": [0.75, 0.25]}]}
    assert SCHEMA.parse(row, CLASSES) == SeedAnswers(
        (ClassAnswer("positive"), ClassAnswer("negative", (0.75, 0.25)))
    )


def test_made_up_class_is_none_in_its_place() -> None:
    row = {"seeds": [{"label": "neutral"}, {"label": "negative"}]}
    assert SCHEMA.parse(row, CLASSES) == SeedAnswers((None, ClassAnswer("negative")))


def test_numbers_and_tags_have_seeds_too() -> None:
    numbers = get_kind("text_regression").answers["finetune"]
    assert numbers.parse({"seeds": [{"value": 1}, {"value": 2.5}]}, ()) == SeedAnswers((1.0, 2.5))
    tags = get_kind("token_classification").answers["finetune"]
    assert tags.parse({"seeds": [{"tags": ["O"]}]}, ("O",)) == SeedAnswers((("O",),))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([], "seeds_length"),
        ([{"label": "positive"}] * (MAX_SEEDS + 1), "seeds_length"),
        ({}, "wrong_type"),
        ([["label"]], "wrong_type"),
        ("positive", "wrong_type"),
        ([{"label": "positive"}, {}], "missing_key"),
        ([{"label": "positive", "seed": 1}], "unknown_key"),
        ([{"label": "positive", "id": "r1"}], "unknown_key"),
        ([{"label": "positive", "probs": [1, 1]}], "probs_sum"),
    ],
)
def test_what_is_wrong_has_its_code(value: object, code: str) -> None:
    assert refusal({"seeds": value}).code == code


def test_message_names_the_seed() -> None:
    fault = refusal({"seeds": [{"label": "positive"}, {"label": 1}]})
    assert fault.reason == "seed 2: label must be a string"


def test_file_may_hold_all_seeds() -> None:
    assert SCHEMA.most_bytes(7) == MAX_SEEDS * CLASS_ANSWER.most_bytes(7)


def test_key_that_a_metric_needs_is_looked_for_in_every_seed() -> None:
    with_it = {"label": "positive", "probs": [0.2, 0.8]}
    assert SCHEMA.lacks({"seeds": [with_it, with_it]}, ("probs",)) == ""
    assert SCHEMA.lacks({"seeds": [with_it, {"label": "positive"}]}, ("probs",)) == "probs"
    assert CLASS_ANSWER.lacks(with_it, ("probs",)) == ""
    assert CLASS_ANSWER.lacks({"label": "positive"}, ("probs",)) == "probs"
    assert CLASS_ANSWER.lacks({"label": "positive"}, ()) == ""


def test_kinds_can_be_fine_tuned_and_prompted_that_should_be() -> None:
    finetune = {slug for slug, kind in KINDS.items() if "finetune" in kind.tracks}
    prompt = {slug for slug, kind in KINDS.items() if "prompt" in kind.tracks}
    assert finetune == {
        "text_classification",
        "text_regression",
        "pair_classification",
        "token_classification",
        "image_classification",
        "sequence_classification",
    }
    assert prompt == {
        "text_classification",
        "pair_classification",
        "extractive_qa",
        "text_generation",
    }

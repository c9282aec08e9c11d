from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.examples.conftest import EXAMPLES
from tests.sandbox.runner.real_runs import run_python

pytestmark = pytest.mark.runner

IGNORED = -100
ROOM = 24


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    done = run_python(Path(__file__).with_name("check_pairs.py"), EXAMPLES)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _segments(pair: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The pieces of both segments, without [CLS] and [SEP]."""
    split = pair["types"].index(1)
    return pair["pieces"][1 : split - 1], pair["pieces"][split:-1]


def _document(pieces: list[str]) -> set[str]:
    """The numbers that end the segment's words: they name its document."""
    text = " ".join(pieces).replace(" ##", "")
    return {"".join(filter(str.isdigit, word)) for word in text.split()} - {""}


def test_both_forms_of_a_corpus_are_read(made: dict[str, Any]) -> None:
    expected = [["A b.", "C d!"], ["E f"]]
    assert made["forms"] == [expected, expected]


def test_words_are_lower_cased_and_framed(made: dict[str, Any]) -> None:
    assert made["lower"][0] == "[CLS]"
    assert made["lower"][-1] == "[SEP]"
    assert "".join(made["lower"][1:-1]).replace("##", "") == "alpha1"


def test_pairs_keep_to_the_length_and_the_form(made: dict[str, Any]) -> None:
    for pair in made["pairs"]:
        assert len(pair["ids"]) == len(pair["types"]) == len(pair["labels"]) <= ROOM
        assert pair["pieces"][0] == "[CLS]"
        assert pair["pieces"].count("[SEP]") == 2
        assert pair["types"] == sorted(pair["types"])


def test_half_of_the_second_segments_follow_and_come_from_the_same_document(
    made: dict[str, Any],
) -> None:
    for pair in made["pairs"]:
        first, second = map(_document, _segments(pair))
        if pair["follows"] == 0:
            assert first == second
        else:
            assert first.isdisjoint(second)
    share = sum(pair["follows"] for pair in made["pairs"]) / len(made["pairs"])
    assert 0.4 < share < 0.6


def test_whole_words_are_masked(made: dict[str, Any]) -> None:
    for pair in made["pairs"]:
        for place, piece in enumerate(pair["pieces"][1:], start=1):
            inside = piece.startswith("##") and pair["pieces"][place - 1] not in ("[CLS]", "[SEP]")
            if inside:
                masked = pair["labels"][place] != IGNORED
                assert masked == (pair["labels"][place - 1] != IGNORED)


def test_masks_follow_the_recipe(made: dict[str, Any]) -> None:
    mask = made["vocabulary"]["[MASK]"]
    asked = [
        (token, label)
        for pair in made["pairs"]
        for token, label in zip(pair["ids"], pair["labels"], strict=True)
        if label != IGNORED
    ]
    tokens = sum(len(pair["ids"]) - 3 for pair in made["pairs"])
    assert 0.1 < len(asked) / tokens < 0.25
    assert 0.7 < sum(token == mask for token, _ in asked) / len(asked) < 0.9
    assert 0.03 < sum(token == label for token, label in asked) / len(asked) < 0.2
    assert all(label > 4 for _, label in asked)


def test_batches_stay_within_their_tokens(made: dict[str, Any]) -> None:
    assert all(rows * width <= 256 for rows, width in made["shapes"])
    assert max(rows for rows, _ in made["shapes"]) > 5

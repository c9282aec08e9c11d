"""chrF++ against sacrebleu."""

from __future__ import annotations

from itertools import zip_longest

import pytest
from hypothesis import given, settings
from sacrebleu.metrics.chrf import CHRF

from competitions.kinds.text_generation import MAX_ANSWER_LENGTH
from scoring.metrics import METRICS
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes.texts import ROWS

METRIC = METRICS["chrf"]
SENTENCE = "The quick brown fox jumps over the lazy dog."


@settings(deadline=None)
@given(columns(ROWS))
def test_agrees_with_sacrebleu_on_any_number_of_references(rows) -> None:
    labels, answers = rows
    streams = [list(stream) for stream in zip_longest(*labels)]
    expected = CHRF(word_order=2).corpus_score(answers, streams).score / 100
    assert METRIC.value(labels, answers) == pytest.approx(min(expected, 1), abs=1e-9)


def test_short_and_unspaced_texts_can_be_perfect() -> None:
    assert METRIC.value([("Good morning",)], ["Good morning"]) == 1
    assert METRIC.value([("今天天气很好。",)], ["今天天气很好。"]) == 1


def test_missing_row_costs_as_much_as_the_longest_wrong_answer_at_least() -> None:
    labels = [(SENTENCE,), (SENTENCE, "A fox.")]
    missing = METRIC.value(labels, [SENTENCE, None])
    for answer in ("", "?", "x" * MAX_ANSWER_LENGTH, "x " * (MAX_ANSWER_LENGTH // 2), "A fox."):
        assert missing <= METRIC.value(labels, [SENTENCE, answer])


def test_missing_row_has_the_longest_of_its_references_and_matches_none() -> None:
    (row,) = METRIC.statistics([("A fox.", SENTENCE, "")], [None])
    (of_sentence,) = METRIC.statistics([(SENTENCE,)], [SENTENCE])
    assert row[:-1].tolist() == [
        count for known in of_sentence[1:-1:3].tolist() for count in (MAX_ANSWER_LENGTH, known, 0)
    ]


def test_missing_row_brings_no_order_that_others_lack() -> None:
    """A text of one letter has no longer runs, which the library then leaves out of the mean. A
    missing row must not gain by that."""
    labels = [("a",), ("abcdefgh ijk",)]
    assert METRIC.value(labels, ["a", None]) <= METRIC.value(labels, ["a", "zzzzzzzz zz"])


def test_signature_is_sacrebleu_s() -> None:
    from sacrebleu import __version__

    expected = f"nrefs:var|case:mixed|eff:yes|nc:6|nw:2|space:no|version:{__version__}"
    assert METRIC.signature() == expected

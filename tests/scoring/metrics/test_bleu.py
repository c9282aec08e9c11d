"""BLEU against sacrebleu."""

from __future__ import annotations

from itertools import zip_longest

import pytest
from hypothesis import given, settings
from sacrebleu.metrics.bleu import BLEU

from competitions.kinds.text_generation import MAX_ANSWER_LENGTH
from scoring.metrics import METRICS
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes.texts import LABELS, ROWS, perfect

METRIC = METRICS["bleu"]
SENTENCE = "The quick brown fox jumps over the lazy dog."


@settings(deadline=None)
@given(columns(ROWS))
def test_agrees_with_sacrebleu_on_any_number_of_references(rows) -> None:
    labels, answers = rows
    streams = [list(stream) for stream in zip_longest(*labels)]
    expected = BLEU().corpus_score(answers, streams).score / 100
    assert METRIC.value(labels, answers) == pytest.approx(min(expected, 1), abs=1e-9)


def test_trap_perfect_answer_of_two_words() -> None:
    """There is no run of four words, so that BLEU is 0, as the library has it."""
    assert METRIC.value([("Good morning",)], ["Good morning"]) == 0
    assert METRIC.value([("Good morning",), (SENTENCE,)], ["Good morning", SENTENCE]) == 1


def test_trap_references_are_transposed() -> None:
    """sacrebleu wants the first references of all rows, then the second ones; here a row's
    references stay together."""
    labels = [("It is noon now, friends.", "Now it is noon, my friends."), (SENTENCE, "A fox!")]
    answers = ["Now it is noon, my friends.", SENTENCE]
    assert METRIC.value(labels, answers) == 1
    assert BLEU().corpus_score(answers, [list(label) for label in labels]).score < 100


def test_trap_score_is_clamped() -> None:
    """The library itself may go a hair beyond 100."""
    labels = [(SENTENCE,)] * 7
    assert BLEU().corpus_score([SENTENCE] * 7, [[SENTENCE] * 7]).score > 100
    assert METRIC.value(labels, [SENTENCE] * 7) == 1


def test_missing_row_costs_as_much_as_the_longest_wrong_answer_at_least() -> None:
    labels = [(SENTENCE,), (SENTENCE,)]
    longest = "? " * (MAX_ANSWER_LENGTH // 2)
    missing = METRIC.value(labels, [SENTENCE, None])
    assert 0 < missing <= METRIC.value(labels, [SENTENCE, longest])
    assert missing <= METRIC.value(labels, [SENTENCE, "?" * MAX_ANSWER_LENGTH])
    assert missing <= METRIC.value(labels, [SENTENCE, ""])


def test_withholding_words_never_makes_up_for_runs_that_are_not_there() -> None:
    """Two words alone have no run of four; what a missing row is charged with is none either."""
    assert METRIC.value([("Good morning",), (SENTENCE,)], ["Good morning", None]) == 0


def test_signature_is_sacrebleu_s() -> None:
    from sacrebleu import __version__

    expected = f"nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp|version:{__version__}"
    assert METRIC.signature() == expected


def test_typical_rows_are_answered_perfectly_by_any_of_their_references() -> None:
    assert METRIC.value(LABELS, [perfect(LABELS[0]), LABELS[1][1]]) == 1

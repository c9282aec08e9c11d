"""Exact match and answer F1: normalised texts, the best of several, and rows without an answer."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds.values import SpanAnswer
from scoring.metrics import METRICS
from scoring.metrics.spans import normalised
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes.spans import BARE_ROWS, ROWS, TEXTS


def value(name: str, accepted: tuple[str, ...], text: str) -> float:
    return METRICS[name].value([accepted], [SpanAnswer(text)])


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("The Cat sat.", "cat sat"),
        ("an  apple\tand a pear", "apple and pear"),
        ("Anna theatre", "anna theatre"),
        ("the", ""),
        ("U.S.A.", "usa"),
        ("rock 'n' roll", "rock n roll"),
        ("10,000 €", "10000 €"),
        ("l’été", "l’été"),
    ],
)
def test_case_punctuation_articles_and_spaces_go(text: str, bare: str) -> None:
    assert normalised(text) == bare


@given(st.text())
def test_normalised_text_has_nothing_left_to_normalise(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@given(columns(ROWS | BARE_ROWS))
def test_rows_average_to_the_value_and_exact_is_never_above_f1(rows) -> None:
    labels, answers = rows
    for name in ("exact_match", "answer_f1"):
        singles = [
            METRICS[name].value([label], [answer])
            for label, answer in zip(labels, answers, strict=True)
        ]
        expected = sum(singles) / len(singles)
        assert METRICS[name].value(labels, answers) == pytest.approx(expected, abs=1e-9)
    assert METRICS["exact_match"].value(labels, answers) <= METRICS["answer_f1"].value(
        labels, answers
    )


@given(TEXTS, TEXTS)
def test_f1_is_the_harmonic_mean_of_precision_and_recall_over_words(gold, given) -> None:
    words, answered = normalised(gold).split(), normalised(given).split()
    if not words or not answered:
        assert value("answer_f1", (gold,), given) == (words == answered)
        return
    common = sum((Counter(words) & Counter(answered)).values())
    precision, recall = common / len(answered), common / len(words)
    expected = 2 * precision * recall / (precision + recall) if common else 0
    assert value("answer_f1", (gold,), given) == pytest.approx(expected, abs=1e-9)


def test_words_by_hand() -> None:
    assert value("answer_f1", ("the Denver Broncos",), "Broncos of Denver") == pytest.approx(4 / 5)
    assert value("answer_f1", ("cat cat dog",), "cat") == pytest.approx(2 / 4)
    assert value("exact_match", ("the Denver Broncos",), "denver broncos!") == 1


def test_accepted_answer_that_fits_best_counts() -> None:
    accepted = ("Saint Bernadette", "Bernadette Soubirous")
    assert value("answer_f1", accepted, "Bernadette Soubirous") == 1
    assert value("exact_match", accepted, "saint bernadette") == 1


def test_empty_against_empty_is_right() -> None:
    for name in ("exact_match", "answer_f1"):
        assert value(name, (), "") == 1
        assert value(name, (), "the.") == 1
        assert value(name, ("the",), "") == 1
        assert value(name, (), "1932") == 0
        assert value(name, ("1932",), "") == 0
        assert value(name, ("the", "1932"), "") == 0


@pytest.mark.parametrize("name", ["exact_match", "answer_f1"])
def test_trap_squad_v2_drops_missing_ids(name: str) -> None:
    """The script leaves a question without an answer out of the mean; here it counts 0, also
    where empty text would be right."""
    labels = [("1932",), ("1932",), ()]
    right = SpanAnswer("1932")
    assert METRICS[name].value(labels, [right, None, SpanAnswer("")]) == pytest.approx(2 / 3)
    assert METRICS[name].value(labels, [right, right, None]) == pytest.approx(2 / 3)

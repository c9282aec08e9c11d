"""ROUGE-L against rouge-score, over words, over words of any script and over characters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer, _lcs_table

from competitions.kinds.text_generation import MAX_ANSWER_LENGTH
from scoring.metrics import METRICS
from scoring.metrics.rouge import common_length
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes.texts import ROWS


class Words:
    def tokenize(self, text: str) -> list[str]:
        return re.findall(r"\w+", text.lower())


class Characters:
    def tokenize(self, text: str) -> list[str]:
        return list(re.sub(r"\s", "", text.lower()))


TOKENIZERS = {"rouge_l": None, "rouge_l_words": Words(), "rouge_l_characters": Characters()}
ALL = pytest.mark.parametrize("name", TOKENIZERS)


def value(name: str, reference: str, answer: str) -> float:
    return METRICS[name].value([(reference,)], [answer])


@ALL
@settings(deadline=None)
@given(rows=columns(ROWS))
def test_agrees_with_rouge_score_and_takes_the_best_reference(name: str, rows) -> None:
    labels, answers = rows
    scorer = RougeScorer(["rougeL"], tokenizer=TOKENIZERS[name])
    expected = [
        scorer.score_multi(list(references), answer)["rougeL"].fmeasure
        for references, answer in zip(labels, answers, strict=True)
    ]
    found = METRICS[name].value(labels, answers)
    assert found == pytest.approx(sum(expected) / len(expected), abs=1e-9)


@given(st.text("abc", max_size=70), st.text("abcd", max_size=70))
def test_common_length_is_that_of_the_library_s_table(first: str, second: str) -> None:
    assert common_length(first, second) == _lcs_table(first, second)[-1][-1]


def test_longest_texts_are_compared_within_a_moment() -> None:
    """The library's table would have 100 million cells."""
    longest = "ab" * (MAX_ANSWER_LENGTH // 2)
    assert value("rouge_l_characters", longest, longest[1:]) == pytest.approx(1, abs=1e-3)


def test_trap_ascii_words() -> None:
    """The library's words are of the letters a to z: Chinese scores 0, even where it is right."""
    chinese, hindi = "今天天气很好。", "मौसम बहुत अच्छा है।"
    assert value("rouge_l", chinese, chinese) == 0
    assert value("rouge_l_words", hindi, hindi) == 1
    assert value("rouge_l_characters", chinese, chinese) == 1
    assert value("rouge_l_characters", chinese, "天气很好。") == pytest.approx(10 / 12)


def test_marks_belong_to_their_word_and_may_be_encoded_in_two_ways() -> None:
    assert value("rouge_l_words", "बहुत अच्छा", "बाहुता इच्छा") == 0
    assert value("rouge_l_words", "caf\u00e9", "cafe\u0301") == 1
    assert value("rouge_l_characters", "caf\u00e9", "cafe\u0301") == 1


def test_case_makes_no_difference_and_order_does() -> None:
    assert value("rouge_l", "police killed the gunman", "POLICE kill the gunman") == 0.75
    assert value("rouge_l", "police killed the gunman", "the gunman killed police") == 0.5


@ALL
def test_missing_and_empty_rows_count_0(name: str) -> None:
    assert METRICS[name].value([("a b",)] * 3, ["a b", None, ""]) == pytest.approx(1 / 3)

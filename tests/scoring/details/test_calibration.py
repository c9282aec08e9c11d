"""Stated probabilities are compared with how often they come true."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from competitions.kinds.values import ClassAnswer
from scoring.details.calibration import BINS, calibration, expected_calibration_error

CLASSES = ("a", "b", "c")


def reference(confidence: list[float], right: list[bool]) -> float:
    """The plain textbook, for confidences that all differ: sort, cut into ten, compare means."""
    ordered = sorted(zip(confidence, right, strict=True))
    error = 0.0
    size, more = divmod(len(ordered), BINS)
    start = 0
    for number in range(BINS):
        end = start + size + (number < more)
        members = ordered[start:end]
        if members:
            accuracy = sum(hit for _, hit in members) / len(members)
            stated = sum(each for each, _ in members) / len(members)
            error += abs(accuracy - stated) * len(members) / len(ordered)
        start = end
    return error


stated = st.lists(
    st.tuples(st.floats(0, 1), st.booleans()),
    min_size=1,
    max_size=120,
    unique_by=lambda each: each[0],
)


@given(stated)
def test_it_is_the_textbook_s(rows: list[tuple[float, bool]]) -> None:
    confidence, right = [each for each, _ in rows], [hit for _, hit in rows]
    found = expected_calibration_error(confidence, right)
    assert found == pytest.approx(reference(confidence, right), abs=1e-12)
    assert 0 <= found <= 1


@given(
    st.lists(st.tuples(st.sampled_from([0.5, 0.7, 0.9]), st.booleans()), min_size=1, max_size=120),
    st.randoms(use_true_random=False),
)
def test_equal_confidences_and_any_order_give_one_value(
    rows: list[tuple[float, bool]], chance: Any
) -> None:
    shuffled = chance.sample(rows, len(rows))
    one, other = (
        expected_calibration_error([each for each, _ in found], [hit for _, hit in found])
        for found in (rows, shuffled)
    )
    assert one == other


def test_bins_hold_equally_many_rows() -> None:
    """All rows but the ten most confident are right when they say so: one bin of ten is off."""
    confidence = [0.5 + number / 1000 for number in range(100)]
    perfect = expected_calibration_error([1.0] * 100, [True] * 100)
    wrong = [number < 90 for number in range(100)]
    lone = expected_calibration_error(
        [*(1 - number / 1e9 for number in range(90)), *confidence[:10]], wrong
    )
    assert perfect == 0
    assert lone == pytest.approx(0.1 * np.mean(confidence[:10]), abs=1e-6)


def test_answers_that_mean_what_they_say_are_near_0_and_others_are_not() -> None:
    random = np.random.default_rng(4)
    confidence = random.uniform(0.4, 1, size=20_000)
    honest = random.uniform(size=20_000) < confidence
    assert expected_calibration_error(confidence.tolist(), honest.tolist()) < 0.02
    boastful = random.uniform(size=20_000) < confidence - 0.3
    assert expected_calibration_error(confidence.tolist(), boastful.tolist()) == pytest.approx(
        0.3, abs=0.02
    )


def answers(random: Any, rows: int) -> list[ClassAnswer]:
    return [
        ClassAnswer(CLASSES[int(row.argmax())], tuple(row.tolist()))
        for row in random.dirichlet([1, 1, 1], size=rows)
    ]


def test_the_confidence_is_that_of_the_answered_class() -> None:
    given_answers = [ClassAnswer("b", (0.7, 0.3, 0.0))] * 10
    found = calibration(["b"] * 3 + ["a"] * 7, given_answers, CLASSES)
    assert found is not None
    assert found["ece"] == pytest.approx(0)


def test_brier_is_scikit_learn_s() -> None:
    random = np.random.default_rng(5)
    given_answers = answers(random, 200)
    gold = random.choice(CLASSES, size=200).tolist()
    found = calibration(gold, given_answers, CLASSES)
    assert found is not None
    probabilities = [each.probabilities for each in given_answers]
    assert found["brier"] == pytest.approx(
        brier_score_loss(gold, probabilities, labels=CLASSES, scale_by_half=False), abs=1e-12
    )


@pytest.mark.parametrize(("probability", "brier"), [(1.0, 0.0), (0.0, 2.0), (0.5, 0.5)])
def test_brier_has_its_ends(probability: float, brier: float) -> None:
    answer = ClassAnswer("a", (probability, 1 - probability))
    found = calibration(["a"], [answer], ("a", "b"))
    assert found is not None
    assert found["brier"] == brier


def test_without_probabilities_for_every_row_there_is_none() -> None:
    good = ClassAnswer("a", (1.0, 0.0, 0.0))
    assert calibration(["a", "a"], [good, good], CLASSES) is not None
    assert calibration(["a", "a"], [good, ClassAnswer("a")], CLASSES) is None
    assert calibration(["a", "a"], [good, None], CLASSES) is None
    assert calibration([1.0, 2.0], [1.0, 2.0], ()) is None


@given(st.floats(0, 1e-3))
def test_probabilities_that_sum_to_a_little_more_stay_in_range(more: float) -> None:
    found = calibration(["a"], [ClassAnswer("a", (1 + more, 0.0, 0.0))], CLASSES)
    assert found is not None
    assert found["ece"] == 0
    assert math.isfinite(found["brier"])

"""F1 of sets of classes, three ways, and their ranking, against scikit-learn."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import f1_score, label_ranking_average_precision_score
from sklearn.preprocessing import MultiLabelBinarizer

from competitions.kinds.values import ClassSetAnswer
from scoring.metrics import METRICS
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes.class_sets import BARE_ROWS, CLASSES, ROWS, perfect, wrong

AVERAGES = {
    "multilabel_macro_f1": ("macro", 0),
    "multilabel_micro_f1": ("micro", 0),
    "multilabel_samples_f1": ("samples", 1),
}
EACH = pytest.mark.parametrize("name", [*AVERAGES, "lrap"])


def value(name: str, labels, answers) -> float:
    return METRICS[name].value(labels, answers, classes=CLASSES)


def binary(sets) -> np.ndarray:
    return MultiLabelBinarizer(classes=CLASSES).fit_transform(sets)


@pytest.mark.parametrize("name", AVERAGES)
@given(rows=columns(ROWS | BARE_ROWS))
def test_agrees_with_scikit_learn(name: str, rows) -> None:
    labels, answers = rows
    average, zero_division = AVERAGES[name]
    expected = f1_score(
        binary(labels),
        binary([answer.labels for answer in answers]),
        average=average,
        zero_division=zero_division,
    )
    assert value(name, labels, answers) == pytest.approx(expected, abs=1e-9)


@given(rows=columns(ROWS))
def test_lrap_agrees_with_scikit_learn_also_on_ties_and_empty_sets(rows) -> None:
    labels, answers = rows
    scores = [answer.scores for answer in answers]
    expected = label_ranking_average_precision_score(binary(labels), scores)
    assert value("lrap", labels, answers) == pytest.approx(expected, abs=1e-9)


def test_trap_binarizer_without_classes() -> None:
    """A binarizer fitted on the labels alone does not know a class that they lack; its column, and
    with it wrong answers, are lost."""
    labels, answers = [("a",), ("b",)], [perfect(("a", "d")), perfect(("b", "d"))]
    fitted = MultiLabelBinarizer().fit(labels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lost = fitted.transform([answer.labels for answer in answers])
    assert f1_score(fitted.transform(labels), lost, average="micro") == 1
    assert value("multilabel_micro_f1", labels, answers) == pytest.approx(4 / 6)


def test_trap_samples_f1_of_empty_rows() -> None:
    """With zero_division=0 an empty answer could not be right where no class is true."""
    empty = np.zeros((1, 4), dtype=int)
    assert f1_score(empty, empty, average="samples", zero_division=0) == 0
    assert value("multilabel_samples_f1", [()], [ClassSetAnswer(())]) == 1
    assert value("multilabel_samples_f1", [()], [perfect(("a",))]) == 0
    assert value("multilabel_samples_f1", [("a",)], [ClassSetAnswer(())]) == 0


@EACH
def test_missing_row_is_no_empty_answer(name: str) -> None:
    labels = [("a",), ("b",), ("c",), ("d",), ()]
    answers = [perfect(label) for label in labels]
    assert value(name, labels, answers) == 1
    assert value(name, labels, [*answers[:-1], None]) < 1


@EACH
def test_missing_row_counts_as_the_set_of_all_that_is_wrong(name: str) -> None:
    labels = [("a", "b"), ("c",), ("d", "a")]
    answers = [perfect(label) for label in labels]
    worst = value(name, labels, [wrong(labels[0]), *answers[1:]])
    missing = value(name, labels, [None, *answers[1:]])
    assert missing == worst or (name == "lrap" and missing < worst)


@EACH
def test_label_outside_the_classes_raises(name: str) -> None:
    with pytest.raises(ValueError, match="classes"):
        value(name, [("a", "z")], [perfect(("a",))])


def test_scores_that_are_absent_make_lrap_0() -> None:
    assert value("lrap", [("a",)], [ClassSetAnswer(("a",))]) == 0

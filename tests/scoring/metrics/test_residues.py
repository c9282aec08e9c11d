"""Classes of places against scikit-learn over all known places."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, matthews_corrcoef

from scoring.metrics import METRICS
from tests.scoring.shapes.residues import CLASSES, ROWS

ACCURACY, MCC = METRICS["residue_accuracy"], METRICS["residue_mcc"]


def completed(row) -> tuple[tuple[str | None, ...], tuple[str, ...]]:
    """Fill gaps and ends of an answer: scikit-learn knows no missing answer."""
    label, answer = row
    filled = [name or "E" for name in answer] + ["E"] * len(label)
    return label, tuple(filled[: len(label)])


@given(st.lists(ROWS.map(completed), min_size=1, max_size=5))
def test_agrees_with_scikit_learn_over_all_known_places(rows) -> None:
    labels, answers = zip(*rows, strict=True)
    known = [
        (true, given)
        for label, answer in rows
        for true, given in zip(label, answer, strict=True)
        if true is not None
    ]
    gold, given = map(list, zip(*known, strict=True))
    assert ACCURACY.value(labels, answers, classes=CLASSES) == pytest.approx(
        accuracy_score(gold, given), abs=1e-9
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one class throughout
        expected = matthews_corrcoef(gold, given)
    assert MCC.value(labels, answers, classes=CLASSES) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("metric", [ACCURACY, MCC], ids=["accuracy", "mcc"])
def test_trap_masked_positions_do_not_count(metric) -> None:
    label = ("H", None, "E", None)
    values = {
        metric.value([label], [("H", masked, "E", "C")], classes=CLASSES) for masked in CLASSES
    }
    assert values == {1.0}


def test_longer_sequences_count_more() -> None:
    labels = [("H",), ("E",) * 9]
    assert ACCURACY.value(labels, [("E",), ("E",) * 9], classes=CLASSES) == 0.9


@given(ROWS)
def test_short_answer_is_an_answer_with_gaps_and_an_end_too_far_is_cut(row) -> None:
    label, answer = row
    for metric in (ACCURACY, MCC):
        padded = (*answer, *[None] * len(label))
        values = {
            metric.value([label], [each], classes=CLASSES)
            for each in (answer, padded, (*padded[: len(label)], "H"))
        }
        assert len(values) == 1


@given(ROWS)
def test_gap_is_never_better_than_any_class(row) -> None:
    label, answer = completed(row)
    for metric in (ACCURACY, MCC):
        for place in range(len(label)):
            gap = (*answer[:place], None, *answer[place + 1 :])
            without, value = (
                metric.value([label], [each], classes=CLASSES) for each in (gap, answer)
            )
            assert without <= value + 1e-9


def test_class_that_the_task_does_not_have_is_a_gap() -> None:
    label = ("H", "E", "C")
    for metric in (ACCURACY, MCC):
        stranger, gap = (
            metric.value([label], [("H", name, "C")], classes=CLASSES) for name in ("X", None)
        )
        assert stranger == gap


def test_label_of_another_class_raises() -> None:
    with pytest.raises(ValueError, match="classes"):
        ACCURACY.value([("H", "X")], [("H", "H")], classes=CLASSES)

"""Entity F1 against seqeval."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from scoring.metrics import METRICS
from tests.scoring.metrics.rows import columns
from tests.scoring.shapes.tags import ROWS


def value(labels, answers) -> float:
    return METRICS["entity_f1"].value(labels, answers)


def seqeval_value(labels, answers) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no entity at all
        return float(f1_score(labels, answers, mode="strict", scheme=IOB2))


@given(columns(ROWS))
def test_agrees_with_seqeval_once_rows_are_as_long_as_their_labels(rows) -> None:
    labels, answers = rows
    padded = [
        [*answer[: len(label)], *["O"] * (len(label) - len(answer))]
        for label, answer in zip(labels, answers, strict=True)
    ]
    expected = seqeval_value([list(label) for label in labels], padded)
    assert value(labels, answers) == pytest.approx(expected, abs=1e-9)


def test_trap_mode_strict_without_scheme() -> None:
    """seqeval then lets an entity begin with "I-" and says 1.0; by the rules it is none."""
    label, answer = ["B-PER", "I-PER"], ["I-PER", "I-PER"]
    assert f1_score([label], [answer], mode="strict") == 1
    assert value([tuple(label)], [tuple(answer)]) == 0


def test_trap_short_rows_are_padded() -> None:
    """seqeval refuses rows of different length; words that were cut off are "O" here."""
    with pytest.raises(ValueError, match="inconsistent"):
        f1_score([["B-PER", "O", "B-LOC"]], [["B-PER"]], mode="strict", scheme=IOB2)
    assert value([("B-PER", "O", "B-LOC")], [("B-PER",)]) == pytest.approx(2 / 3)
    assert value([("B-PER",)], [("B-PER", "B-LOC", "B-LOC")]) == 1


def test_entity_needs_type_and_both_ends() -> None:
    label = ("B-PER", "I-PER", "O")
    for answer in (("B-PER", "O", "O"), ("B-LOC", "I-LOC", "O"), ("B-PER", "I-PER", "I-PER")):
        assert value([label], [answer]) == 0


def test_missing_row_counts_as_an_entity_at_each_word() -> None:
    labels = [("B-PER", "I-PER"), ("O", "B-LOC", "O")]
    missing = value(labels, [labels[0], None])
    assert missing == pytest.approx(2 / (1 + 3 + 2))
    assert missing == value(labels, [labels[0], ("B-PER",) * 3])


def test_rows_without_any_entity_score_0() -> None:
    assert value([("O", "O")], [("O", "O")]) == 0

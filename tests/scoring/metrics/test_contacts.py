"""Precision of contacts against a plain reading of its definition, and by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds.values import Contacts, ContactsAnswer
from scoring.metrics import METRICS
from tests.scoring.shapes.contacts import ROWS, answer

NAMES = {
    "contact_precision_l": (1, 24),
    "contact_precision_l5": (5, 24),
    "contact_precision_l_6": (1, 6),
    "contact_precision_l5_6": (5, 6),
}
ALL = pytest.mark.parametrize("name", NAMES)


def by_definition(label: Contacts, given: ContactsAnswer, divisor: int, apart: int) -> float | None:
    """Fill a matrix, sort its upper triangle, look at the top."""
    scores = np.full((label.length, label.length), -1.0)
    places = list(given.places)
    for i, j, p in zip(places[::2], places[1::2], given.probabilities, strict=True):
        scores[i, j] = p
    possible = [(i, j) for i, j in combinations(range(label.length), 2) if j - i >= apart]
    if not set(possible) & set(label.pairs):
        return None
    best = sorted(possible, key=lambda pair: -scores[pair])[: max(1, label.length // divisor)]
    hits = [pair for pair in best if pair in label.pairs and scores[pair] >= 0]
    return len(hits) / len(best)


@ALL
@given(rows=st.lists(ROWS, min_size=1, max_size=4))
def test_agrees_with_the_definition(name: str, rows) -> None:
    values = [by_definition(label, given, *NAMES[name]) for label, given in rows]
    scored = [value for value in values if value is not None]
    expected = sum(scored) / len(scored) if scored else 0.0
    labels, answers = zip(*rows, strict=True)
    assert METRICS[name].value(labels, answers) == pytest.approx(expected, abs=1e-9)


def test_trap_averaged_over_proteins_not_pooled_over_pairs() -> None:
    """One of 1 right and 1 of 4 right: the mean is 5/8, pooled it would be 2/5."""
    metric = METRICS["contact_precision_l5_6"]
    short, long = Contacts(8, ((0, 6),)), Contacts(20, ((0, 10), (1, 11)))
    answers = [
        answer([(0, 6, 1.0)]),
        answer([(0, 10, 0.9), (0, 11, 0.8), (0, 12, 0.8), (0, 13, 0.8), (1, 11, 0.1)]),
    ]
    assert metric.value([short, long], answers) == 5 / 8
    assert "mean over sequences" in metric.facts.sentence


def test_pairs_too_close_are_neither_asked_nor_taken() -> None:
    label = Contacts(30, ((0, 23), (0, 24)))
    given = answer([(0, 23, 1.0), (0, 24, 0.1)])
    assert METRICS["contact_precision_l5"].value([label], [given]) == 1 / 6
    assert METRICS["contact_precision_l5_6"].value([label], [given]) == 2 / 6


def test_equal_probabilities_are_taken_by_place_whatever_their_order() -> None:
    label = Contacts(9, ((0, 6),))
    first, last = (0, 6, 0.5), (2, 8, 0.5)
    metric = METRICS["contact_precision_l5_6"]
    assert metric.value([label], [answer([last, first])]) == 1
    assert metric.value([Contacts(9, ((2, 8),))], [answer([last, first])]) == 0


@ALL
def test_sequence_without_such_a_contact_is_left_out(name: str) -> None:
    near, far = Contacts(30, ((0, 3),)), Contacts(30, ((0, 25),))
    given = answer([(0, 25, 1.0)])
    assert METRICS[name].value([near, far], [None, given]) == METRICS[name].value([far], [given])
    assert METRICS[name].value([near], [given]) == 0

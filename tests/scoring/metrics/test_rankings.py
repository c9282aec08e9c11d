"""Rankings against ir_measures and by hand."""

from __future__ import annotations

import math

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds.rankings import ITEMS_ANSWER
from competitions.kinds.values import RankedItems
from scoring.metrics import METRICS
from tests.scoring.shapes.rankings import CLASSES, ROWS

MEASURES = {
    "ndcg_at_10": "nDCG@10",
    "recall_at_10": "R@10",
    "recall_at_100": "R@100",
    "mrr_at_10": "RR@10",
    "mrr_at_100": "RR@100",
    "map": "AP",
}
ALL = pytest.mark.parametrize("name", MEASURES)
ORDERED = pytest.mark.parametrize("name", ["ndcg_at_10", "mrr_at_10", "mrr_at_100", "map"])
GRADES = (("item-0", 2), ("item-1", 1))


def value(name: str, *items: str) -> float:
    return METRICS[name].value([GRADES], [RankedItems(items)])


@ALL
@given(rows=st.lists(ROWS, min_size=1, max_size=5))
def test_agrees_with_ir_measures(name: str, rows) -> None:
    judged = {f"q{n}": dict(grades) for n, (grades, _) in enumerate(rows)}
    ranked = {
        f"q{n}": {item: 100 - place for place, item in enumerate(answer.items)}
        for n, (_, answer) in enumerate(rows)
    }
    measure = ir_measures.parse_measure(MEASURES[name])
    # An empty ranking is unknown to the library, which then leaves the query out.
    found = {
        each.query_id: each.value
        for each in ir_measures.iter_calc([measure], judged, {q: r for q, r in ranked.items() if r})
    }
    expected = sum(found.values()) / len(rows)
    labels, answers = zip(*rows, strict=True)
    assert METRICS[name].value(labels, answers) == pytest.approx(expected, abs=1e-9)


def test_values_by_hand() -> None:
    ideal = 2 + 1 / math.log2(3)
    assert value("ndcg_at_10", "x", "item-1", "item-0") == pytest.approx(
        (1 / math.log2(3) + 2 / math.log2(4)) / ideal, abs=1e-12
    )
    assert value("recall_at_10", "x", "item-1") == 0.5
    assert value("mrr_at_10", "x", "item-1", "item-0") == 0.5
    assert value("map", "x", "item-1", "item-0") == pytest.approx((1 / 2 + 2 / 3) / 2, abs=1e-12)


def test_items_beyond_the_tenth_count_for_map_and_at_100_alone() -> None:
    items = (*(f"x{number}" for number in range(10)), "item-0", "item-1")
    assert value("recall_at_100", *items) == 1
    assert value("mrr_at_100", *items) == pytest.approx(1 / 11, abs=1e-12)
    assert [value(name, *items) for name in ("ndcg_at_10", "recall_at_10", "mrr_at_10")] == [0] * 3
    assert value("map", *items) == pytest.approx((1 / 11 + 2 / 12) / 2, abs=1e-12)


@ALL
def test_trap_missing_queries_count_zero(name: str) -> None:
    """ir_measures takes its mean over the queries that it was given rankings of."""
    best = RankedItems(("item-0", "item-1"))
    assert METRICS[name].value([GRADES, GRADES], [best, None]) == 0.5
    assert METRICS[name].value([GRADES, GRADES], [best, RankedItems(())]) == 0.5


@ORDERED
def test_trap_ties_are_broken_by_the_order_given(name: str) -> None:
    """trec_eval sorts equal scores by name, backwards, whatever the order of the answer."""
    first, second = value(name, "item-0", "zzz"), value(name, "zzz", "item-0")
    assert first > second
    rows = [
        {"items": items, "scores": [0.5, 0.5]} for items in (["item-0", "zzz"], ["zzz", "item-0"])
    ]
    scored = [METRICS[name].value([GRADES], [ITEMS_ANSWER.parse(row, CLASSES)]) for row in rows]
    assert scored == [first, second]


def test_trap_full_ranking_never_sampled_negatives() -> None:
    """Items that the row does not grade stand in the ranking and push others down."""
    assert value("mrr_at_10", *CLASSES[5:14], "item-0") == 0.1


@ORDERED
def test_names_that_a_library_in_c_could_mistake_are_told_apart(name: str) -> None:
    grades = (("a\0b", 1),)
    answers = [RankedItems(("a", "a\0c", "a\0b")), RankedItems(("a\0b", "a"))]
    assert METRICS[name].value([grades], answers[1:]) == 1
    assert METRICS[name].value([grades], answers[:1]) < 1

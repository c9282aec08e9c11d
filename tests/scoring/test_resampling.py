"""Intervals of scores: S1's numbers, groups together, the same each time, whatever the metric."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from competitions.dataset_rows import LabelRow
from competitions.kinds.values import Boxes, BoxesAnswer, ClassAnswer
from scoring.evidence import Grounds
from scoring.metrics import get_metric
from scoring.rated import Rated
from scoring.resampling import VALUES_METHOD, Anchors, Resampled, evidence_of, resample
from scoring.statistics.collapsed import interval_replicates
from scoring.statistics.intervals import percentile_interval
from scoring.statistics.units import Units
from scoring.statistics.weights import weight_blocks

SEED = "0123456789abcdef" * 2
NO_ANCHORS = Anchors(baseline=None, ceiling=None)
CLASSES = ("neg", "pos")


def rows(count: int, *, group: int = 0) -> list[LabelRow]:
    return [
        LabelRow(
            id=f"r{i}",
            label=CLASSES[i % 2],
            group=f"g{i // group}" if group else "",
            slices={},
        )
        for i in range(count)
    ]


def answers(labels: list[LabelRow], *, wrong_every: int) -> list[ClassAnswer]:
    return [
        ClassAnswer(
            label=CLASSES[(CLASSES.index(row.label) + (i % wrong_every == 0)) % 2],
            probabilities=None,
        )
        for i, row in enumerate(labels)
    ]


def grounds(metric: str, labels: list[LabelRow], *rounds: Any) -> Grounds:
    rated = Rated(get_metric(metric), labels, rounds, classes=CLASSES)
    return rated.grounds(np.ones(len(labels), dtype=np.bool_))


def interval(metric: str, made: Grounds) -> Resampled:
    return resample(made, metric=get_metric(metric), anchors=NO_ANCHORS, seed=SEED)


def test_numbers_are_those_of_the_statistics_package() -> None:
    labels = rows(300)
    made = grounds("accuracy", labels, answers(labels, wrong_every=3))
    metric = get_metric("accuracy")
    assert made.statistics is not None
    values, method = interval_replicates(
        metric, made.statistics, units=made.units, seed=SEED, resamples=10_000
    )
    found = interval("accuracy", made)
    assert (found.low, found.high) == percentile_interval(100 * values)
    assert found.facts == {
        "method": method,
        "resampled": "rows",
        "units": 300,
        "resamples": 10_000,
        "seed": SEED,
        "level": 0.95,
        "version": "statistics-1",
    }
    assert found.low < 200 / 3 < found.high


def test_groups_are_resampled_whole_and_so_less_is_known() -> None:
    alone, together = rows(240), rows(240, group=12)
    half = [
        ClassAnswer(label=CLASSES[(i % 2 + i // 12) % 2], probabilities=None) for i in range(240)
    ]
    by_row = interval("accuracy", grounds("accuracy", alone, half))
    by_group = interval("accuracy", grounds("accuracy", together, half))
    assert by_group.facts["resampled"] == "groups"
    assert by_group.facts["units"] == 20
    assert by_group.high - by_group.low > 2 * (by_row.high - by_row.low)


def test_the_order_of_rows_changes_no_digit() -> None:
    labels = rows(60)
    given = answers(labels, wrong_every=4)
    found = interval("macro_f1", grounds("macro_f1", labels, given))
    turned = interval("macro_f1", grounds("macro_f1", labels[::-1], given[::-1]))
    assert (found.low, found.high) == (turned.low, turned.high)


def test_several_seeds_are_resampled_by_the_same_rows() -> None:
    labels = rows(100)
    good, bad = answers(labels, wrong_every=10), answers(labels, wrong_every=2)
    both = interval("accuracy", grounds("accuracy", labels, good, bad))
    assert both.evidence.rounds == 2
    same = interval("accuracy", grounds("accuracy", labels, good, good))
    assert same.high - same.low == pytest.approx(
        (lambda one: one.high - one.low)(interval("accuracy", grounds("accuracy", labels, good))),
        rel=0.2,
    )
    assert same.low > both.low


def test_other_metrics_keep_their_values_on_the_same_resamples() -> None:
    labels = [LabelRow(id=f"r{i}", label=float(i), group="", slices={}) for i in range(12)]
    given = [float(i) + (3.0 if i % 4 == 0 else 0.0) for i in range(12)]
    made = grounds("spearman", labels, given)
    found = interval("spearman", made)
    assert found.facts["method"] == VALUES_METHOD
    assert found.facts["resamples"] == len(found.evidence.values) == 2_000
    metric = get_metric("spearman")
    blocks = weight_blocks(12, resamples=2_000, seed=SEED)
    units = Units.of_members([row.id for row in labels])
    first = units.spread(next(blocks)[0])
    expected = metric.value([row.label for row in labels], given, weights=first)
    assert found.evidence.values[0] == expected


def test_a_metric_that_costs_much_gets_fewer_resamples() -> None:
    costly = Grounds(units=Units.of_rows(3), weighted=lambda _: 0.5, looks=20_000)
    assert len(evidence_of(costly, seed=SEED).values) == 200


def test_images_are_compared_once_and_counted_as_often_as_drawn() -> None:
    metric = get_metric("coco_ap")
    labels = [Boxes(boxes=((0.0, 0.0, 4.0, 4.0),), labels=("neg",)), Boxes(boxes=(), labels=())]
    labels.append(Boxes(boxes=((1.0, 1.0, 3.0, 3.0),), labels=("pos",)))
    given = [
        BoxesAnswer(boxes=((0.0, 0.0, 4.0, 4.0),), labels=("neg",), scores=(0.9,)),
        None,
        BoxesAnswer(boxes=((1.0, 1.0, 3.0, 2.0),), labels=("pos",), scores=(0.8,)),
    ]
    weighted = metric.under_weights(labels, given, classes=CLASSES)
    for weights in ([1, 1, 1], [2, 0, 1], [0, 0, 3], [3, 0, 0], [0, 3, 0]):
        drawn = [place for place, times in enumerate(weights) for _ in range(times)]
        alone = metric.value(
            [labels[at] for at in drawn], [given[at] for at in drawn], classes=CLASSES
        )
        assert weighted(np.array(weights, dtype=np.float64)) == alone


def test_anchors_turn_errors_into_points_the_right_way_round() -> None:
    labels = [LabelRow(id=f"r{i}", label=float(i), group="", slices={}) for i in range(40)]
    given = [float(i) + (i % 5) / 5 for i in range(40)]
    made = grounds("rmse", labels, given)
    found = resample(
        made,
        metric=get_metric("rmse"),
        anchors=Anchors(baseline=2.0, ceiling=0.0),
        seed=SEED,
    )
    assert 0 < found.low < found.high < 100

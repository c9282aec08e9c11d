"""Metric facts and the anchors that unbounded metrics need."""

import pytest

from competitions.kinds.metric_facts import METRIC_FACTS, anchor_problems, get_metric_facts


@pytest.mark.parametrize("facts", METRIC_FACTS.values(), ids=METRIC_FACTS)
def test_facts_are_complete_sentences_with_an_ordered_range(facts) -> None:
    assert facts.sentence.endswith(".")
    assert facts.low is None or facts.high is None or facts.low < facts.high


def test_bounded_metric_needs_no_anchors() -> None:
    assert anchor_problems(get_metric_facts("accuracy"), baseline=None, ceiling=None) == []


@pytest.mark.parametrize(
    ("metric", "baseline", "ceiling", "fragment"),
    [
        ("rmse", None, 1.0, "give the task a baseline and a ceiling"),
        ("rmse", 1.0, None, "give the task a baseline and a ceiling"),
        ("rmse", 0.5, 1.0, "ceiling must lie below"),
        ("mae", 1.0, 1.0, "ceiling must lie below"),
        ("r2", 0.5, 0.0, "ceiling must lie above"),
    ],
)
def test_wrong_anchors_are_named(metric, baseline, ceiling, fragment) -> None:
    (problem,) = anchor_problems(get_metric_facts(metric), baseline=baseline, ceiling=ceiling)
    assert fragment in problem


@pytest.mark.parametrize(("metric", "baseline", "ceiling"), [("rmse", 2.0, 0.0), ("r2", 0, 1)])
def test_sound_anchors_pass(metric, baseline, ceiling) -> None:
    assert anchor_problems(get_metric_facts(metric), baseline=baseline, ceiling=ceiling) == []

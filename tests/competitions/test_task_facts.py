"""What pages say of tasks and award rules."""

import json

import pytest

from competitions import award_sentences
from competitions.award_sentences import rule_sentence
from competitions.models import Award
from competitions.task_facts import task_facts
from scoring.awards.rules import RULES
from tests import factories

pytestmark = pytest.mark.django_db


def test_shares_of_the_final_score_follow_the_weights() -> None:
    competition = factories.competition()
    factories.task(competition, weight=3)
    factories.task(competition, weight=1)
    assert [facts.share for facts in task_facts(competition)] == [75, 25]


@pytest.mark.parametrize(
    ("metric", "anchors", "sentence"),
    [
        ("accuracy", {}, "Points are 100 × the value."),
        ("mcc", {}, "Points are 100 × the value; below 0 they are 0."),
        (
            "rmse",
            {"baseline": 1.5, "ceiling": 0.2},
            "1.5 is worth 0 points and 0.2 is worth 100, on a straight line between.",
        ),
    ],
)
def test_the_way_to_points_is_told(metric: str, anchors: dict[str, float], sentence: str) -> None:
    competition = factories.competition()
    factories.task(competition, metric=metric, **anchors)
    assert task_facts(competition)[0].points_sentence == sentence


def test_answers_follow_the_track() -> None:
    competition = factories.competition()
    factories.task(competition, track="probe")
    facts = task_facts(competition)[0]
    assert "embedding" in json.loads(facts.answer_example)
    assert "embedding" in facts.answer.required
    assert "embedding" in facts.track_sentence


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({}, []),
        ({"metric": "roc_auc"}, ["probs"]),
        ({"metric": "roc_auc", "kind": "next_sentence_prediction", "labels": []}, ["prob"]),
        ({"metric": "roc_auc", "track": "finetune"}, ["probs"]),
    ],
)
def test_keys_that_the_metric_needs_are_named(fields: dict[str, object], keys: list[str]) -> None:
    competition = factories.competition()
    factories.task(competition, **fields)
    assert task_facts(competition)[0].needed_keys == keys


def test_award_rules_are_told_in_words() -> None:
    competition = factories.competition()
    task = factories.task(competition, title="Valence")
    base = {"competition": competition, "title": "A"}
    overall = Award(**base, rule="overall_rank", rank_to=3)
    best = Award(**base, rule="task_rank", task=task)
    small = Award(**base, rule="constraints", max_parameters=10_000_000)
    assert rule_sentence(overall) == "Places 1 to 3 by final score."
    assert rule_sentence(best) == "Place 1 in the task “Valence”."
    assert rule_sentence(small) == (
        "Place 1 by final score among models of at most 10\u202f000\u202f000 parameters."
    )
    fast = Award(**base, rule="constraints", max_latency_ms=20.5, no_extra_data=True)
    worst = Award(**base, rule="worst_group", task=task, slice_name="dialect", ties="share")
    assert rule_sentence(fast) == (
        "Place 1 by final score among models of a latency of at most 20.5 ms and no extra data."
    )
    assert rule_sentence(worst) == (
        "Place 1 by the worst group of “dialect” in the task “Valence”. "
        "Equal points: all of them get it."
    )


def test_every_rule_has_its_words_and_its_strategy() -> None:
    names = set(Award.Rule.values)
    assert set(RULES) == names
    assert set(award_sentences.RULES) == names
    columns = {field.name for field in Award._meta.fields}
    for words in award_sentences.RULES.values():
        assert set(words.fields) <= columns

"""What pages say of tasks and award rules."""

import json

import pytest
from django.test import Client

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
    assert "embedding" in facts.track.sentence


def settings(**fields: object) -> dict[str, str]:
    competition = factories.competition()
    factories.task(competition, **fields)
    return {each.title: each.words for each in task_facts(competition)[0].settings}


def test_the_recipe_of_fine_tuning_is_told_with_what_its_preset_says() -> None:
    chosen = {"preset": "glue", "seeds": 5, "budget_seconds": 900}
    assert settings(track="finetune", train_rows=20, settings=chosen) == {
        "Recipe": "As usual for GLUE",
        "Epochs": "3",
        "Seeds": "5",
        "Learning rate": "2e-05",
        "Batch size": "32 rows",
        "Rows trained on": "all",
        "Time limit": "900 seconds a seed",
    }


def test_the_shorter_of_two_longest_inputs_holds() -> None:
    competition = factories.competition()
    for chosen in ({"preset": "glue"}, {}):
        factories.task(
            competition, track="finetune", train_rows=20, max_length=256, settings=chosen
        )
    assert [each.longest_input for each in task_facts(competition)] == [128, 256]


def test_what_a_probe_fits_is_told() -> None:
    told = settings(track="probe", train_rows=20, settings={"preset": "vtab-1k"})
    assert told == {"What is fitted": "As VTAB-1k: a linear model on 1000 train rows, 5 seeds"}


def test_of_a_prompt_without_examples_nothing_is_said_about_them() -> None:
    assert settings(track="prompt") == {"Examples": "none", "Likelihoods are divided by": "Nothing"}
    few = settings(track="prompt", train_rows=20, settings={"shots": 4})
    assert (few["Examples"], few["Between examples"]) == ("4", "an empty line")


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


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, ""),
        ({"track": "finetune", "train_rows": 8}, "of the format transformers can enter it"),
        (
            {"kind": "causal_language_modelling", "labels": [], "metric": "bits_per_byte"},
            "of the formats transformers and onnx can enter it",
        ),
    ],
)
def test_the_page_says_which_formats_alone_can_enter_a_task(
    client: Client, fields: dict[str, object], told: str
) -> None:
    competition = factories.competition(slug="cup")
    factories.task(competition, baseline=3.0, ceiling=1.0, **fields)
    page = client.get("/competitions/cup/tasks/").content.decode()
    assert ("Only models of the format" in page) == bool(told)
    assert told in page

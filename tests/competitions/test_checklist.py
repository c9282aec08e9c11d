"""What must be true before publication, and what each open point advises."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from competitions.checklist import (
    checklist,
    code_checks,
    labels_problem,
    metric_problem,
    settings_problem,
    track_problem,
)
from competitions.guarantees import FOR_CODE
from competitions.models import Award, Competition, DatasetVersion, Task
from tests import factories

pytestmark = pytest.mark.django_db


def ready() -> Competition:
    made = factories.competition(state="draft", baseline_scored_at=timezone.now())
    factories.task(made, slug="mood")
    Award.objects.create(competition=made, slug="gold", title="Gold", rule="overall_rank")
    return made


def open_keys(competition: Competition) -> set[str]:
    return {check.key for check in checklist(competition) if not check.passed}


def test_a_complete_draft_passes() -> None:
    assert open_keys(ready()) == set()


def test_a_bare_draft_lists_everything_with_a_hint() -> None:
    made = Competition.objects.create(slug="bare", title="Bare")
    found = [check for check in checklist(made) if not check.passed]
    assert {check.key for check in found} == {"rules", "phase", "tasks", "baseline", "awards"}
    assert all(check.hint for check in found)
    assert [check.key for check in found if not check.required] == ["awards"]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"dataset": None}, "dataset:mood"),
        ({"metric": "spearman"}, "metric:mood"),
        ({"metric": "no-such"}, "metric:mood"),
        ({"kind": "no-such"}, "metric:mood"),
        ({"track": "probe"}, "track:mood"),
        ({"labels": ["one"]}, "labels:mood"),
    ],
)
def test_a_task_that_can_not_be_scored_is_an_open_point(change: dict[str, Any], key: str) -> None:
    made = ready()
    Task.objects.update(**change)
    assert key in open_keys(made)


def test_a_phase_that_is_over_does_not_count() -> None:
    made = ready()
    now = timezone.now()
    made.phases.update(starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    assert open_keys(made) == {"phase"}


def test_blank_rules_are_no_rules() -> None:
    made = ready()
    Competition.objects.update(rules=" \n ")
    made.refresh_from_db()
    assert open_keys(made) == {"rules"}


@pytest.mark.parametrize(
    ("formats", "named", "wanted"),
    [
        (["onnx"], [], []),
        (["python"], [], ["kernel_isolation"]),
        (["python"], ["kernel_isolation"], ["guarantees"]),
        (["torch"], ["memory_bound"], ["guarantees", "kernel_isolation"]),
        (["torch"], sorted(FOR_CODE | {"kernel_isolation"}), []),
    ],
)
def test_code_of_participants_brings_advice_and_never_a_duty(
    formats: list[str], named: list[str], wanted: list[str]
) -> None:
    made = ready()
    made.allowed_formats, made.required_guarantees = formats, named
    found = [check for check in checklist(made) if not check.passed]
    assert [check.key for check in found] == wanted
    assert not any(check.required for check in found)


def test_advice_names_what_is_not_required() -> None:
    check = code_checks(Competition(allowed_formats=["python"], required_guarantees=["cpu_bound"]))
    assert "is not held: Memory limit, User namespace." in check[0].hint


def task(**fields: Any) -> Task:
    return Task(**{"kind": "text_classification", "labels": ["a", "b"], **fields})


def test_a_metric_says_which_ones_fit() -> None:
    problem = metric_problem(task(metric="rmse"))
    assert problem.startswith("Text classification is scored by one of: Accuracy, ")


@pytest.mark.parametrize(
    ("anchors", "wanted"),
    [
        ({}, "baseline and a ceiling"),
        ({"baseline": 1.0, "ceiling": 2.0}, "below the baseline"),
        ({"baseline": 2.0, "ceiling": 1.0}, ""),
    ],
)
def test_an_error_is_anchored_from_bad_to_good(anchors: dict[str, float], wanted: str) -> None:
    problem = metric_problem(task(kind="text_regression", labels=[], metric="rmse", **anchors))
    assert wanted in problem if wanted else problem == ""


@pytest.mark.parametrize("metric", ["roc_auc", "top_5_accuracy"])
def test_metric_of_probabilities_is_none_for_a_probe(metric: str) -> None:
    assert "needs probabilities" in metric_problem(task(metric=metric, track="probe"))
    assert metric_problem(task(metric=metric, track="finetune")) == ""


def test_similarity_has_no_probe() -> None:
    problem = track_problem(task(kind="sentence_similarity", track="probe"))
    assert "track predict" in problem


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"labels": []}, "at least two"),
        ({"labels": ["a"]}, "at least two"),
        ({"kind": "object_detection", "labels": []}, "at least two"),
        ({"kind": "object_detection", "labels": ["a"]}, ""),
        ({"labels": ["a", "b", "a"]}, "“a” is named 2 times"),
        ({"labels": ["a", "b" * 201]}, "at most 200"),
        ({"kind": "text_regression"}, "leave them empty"),
        ({"kind": "next_sentence_prediction"}, "leave them empty"),
        ({"kind": "token_classification"}, "“B-…” and “I-…”"),
        ({"kind": "token_classification", "labels": ["O", "I-PER"]}, "needs"),
        ({"kind": "token_classification", "labels": ["O", "B-PER"]}, ""),
        ({"kind": "text_regression", "labels": []}, ""),
        ({}, ""),
    ],
)
def test_classes_fit_the_kind(fields: dict[str, Any], wanted: str) -> None:
    problem = labels_problem(task(**fields))
    assert wanted in problem if wanted else problem == ""


@pytest.mark.parametrize(
    ("track", "chosen", "wanted"),
    [
        ("probe", {"preset": "knn"}, ""),
        ("probe", {"preset": "best"}, "must be one of standard, mteb"),
        ("finetune", {"preset": "glue", "seeds": 5}, ""),
        ("finetune", {"seeds": 1}, "within 2 and 10"),
        ("prompt", {}, ""),
        ("prompt", {"template": "{text} is {answer}", "choices": {"a": "good"}}, ""),
        ("prompt", {"template": "{words} is {answer}"}, "{words}, which no input has"),
        ("prompt", {"choices": {"c": "good"}}, "“c”, which is no class"),
        ("prompt", {"shots": 4}, "train split"),
        ("predict", {"preset": "glue"}, "no setting here"),
    ],
)
def test_settings_fit_the_track(track: str, chosen: dict[str, Any], wanted: str) -> None:
    without_train = DatasetVersion(rows=10, train_rows=0)
    problem = settings_problem(task(track=track, settings=chosen, dataset=without_train))
    assert wanted in problem if wanted else problem == ""


def test_a_mean_of_categories_needs_a_category_for_every_task() -> None:
    made = ready()
    made.aggregation = "category_mean"
    other = factories.task(made, slug="topics", title="Topics", category="Language")
    assert open_keys(made) == {"categories"}
    (check,) = [check for check in checklist(made) if check.key == "categories"]
    assert check.required
    assert "“Mood”" in check.hint
    assert other.title not in check.hint
    made.tasks.filter(slug="mood").update(category="Language")
    assert open_keys(made) == set()


def test_an_interquartile_mean_of_few_tasks_is_advised_against() -> None:
    made = ready()
    made.aggregation = "interquartile_mean"
    (check,) = [check for check in checklist(made) if not check.passed]
    assert (check.key, check.required) == ("interquartile", False)
    for number in range(3):
        factories.task(made, slug=f"more-{number}")
    assert open_keys(made) == set()


@pytest.mark.parametrize(
    ("chosen", "fits"),
    [
        ({}, False),
        ({"budget_seconds": 200}, True),
        ({"budget_seconds": 200, "seeds": 4}, False),
        ({"seeds": 99}, True),  # which is another open point
    ],
)
def test_trainings_that_may_not_fit_into_a_task_s_time_are_advice(
    chosen: dict[str, Any], fits: bool
) -> None:
    made = ready()
    factories.task(made, slug="tuned", track="finetune", train_rows=10, settings=chosen)
    found = {check.key: check for check in checklist(made)}
    assert ("budget:mood" in found) is False
    assert ("budget:tuned" not in open_keys(made)) == fits
    if not fits:
        assert "and a task has 600." in found["budget:tuned"].hint
        assert not found["budget:tuned"].required

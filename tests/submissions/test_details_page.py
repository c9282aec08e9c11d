"""What goes beyond the score stands on the submission's page and in the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from competitions.models import Award, Competition
from scoring.models import TaskScore
from submissions.models import Submission
from tests import factories
from tests.clients import api
from tests.scoring.test_shown_details import STORED
from tests.submissions.test_efficiency import submission as with_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def scored() -> Submission:
    made = with_run()
    task = made.competition.tasks.get()
    for split, details in (
        ("public", STORED),
        ("private", {"calibration": {"ece": 0.7391, "brier": 1}}),
    ):
        TaskScore.objects.create(
            submission=made, task=task, dataset=task.dataset, split=split, scorer_version="2",
            value=0.5, points=50, rows=100, details=details,
        )  # fmt: skip
    return made


def page(client: Client, user: Any, submission: Submission) -> str:
    client.force_login(user)
    return " ".join(client.get(f"/submissions/{submission.pk}/").content.decode().split())


def test_organizers_see_details_that_participants_wait_for(
    client: Client, scored: Submission
) -> None:
    owner = scored.participation.user
    assert "robustness and calibration are told at the close" in page(client, owner, scored)
    assert 'id="details"' not in page(client, owner, scored)
    seen = page(client, factories.organizer(scored.competition), scored)
    assert "Until the close only the organizers see this." in seen
    assert "best and worst lie 0.7765 apart; 2 groups with too few rows are not shown" in seen
    assert "0.7391" not in seen
    Competition.objects.update(details_public=True)
    seen = page(client, owner, scored)
    assert "those of private rows are told at the close" in seen
    assert '<th scope="row">news <span class="badge plain is-bad">worst</span></th>' in seen
    assert '<span class="quiet">share of 33 rows</span></th>' in seen
    assert "<dt>Expected calibration error</dt><dd><strong>0.0123</strong>" in seen
    assert "0.7391" not in seen
    Competition.objects.update(state="closed", closed_at=timezone.now(), details_public=False)
    assert "0.7391" in page(client, owner, scored)


def test_slices_that_an_organizer_named_are_text(client: Client, scored: Submission) -> None:
    evil = "<script>alert(1)</script>\u202e"
    group = {"value": evil, "rows": 40, "score": 0.5}
    stored = {evil: {"groups": [group], "hidden": 0, "worst": evil, "gap": 0.0}}
    TaskScore.objects.filter(split="public").update(details={"slices": stored})
    seen = page(client, factories.organizer(scored.competition), scored)
    assert "<script>alert" not in seen
    assert "\u202e" not in seen


def test_groups_that_are_all_too_small_are_said(client: Client, scored: Submission) -> None:
    stored = {"domain": {"groups": [], "hidden": 9, "worst": None, "gap": None}}
    TaskScore.objects.filter(split="public").update(details={"slices": stored})
    seen = page(client, factories.organizer(scored.competition), scored)
    assert "domain: every group has too few rows to be shown." in seen


def test_efficiency_is_a_small_table_with_units(client: Client, scored: Submission) -> None:
    seen = page(client, scored.participation.user, scored)
    for words in (
        "<dd>12 s</dd>",
        "520 MB",
        'J <span class="quiet">estimated from CPU seconds</span>',
        "22.7 M",
        '<td class="number">0.35 s</td>',
        "7.9 ms",
        '<td class="number">120 M</td>',
        '<td class="number">2 %</td>',
    ):
        assert words in seen, words
    assert "GPU memory" not in seen


def test_code_of_one_s_own_shows_steps(client: Client) -> None:
    made = with_run(format="python")
    seen = page(client, made.participation.user, made)
    assert "<dd>at most 15 s</dd>" in seen
    assert "Peak memory" not in seen
    assert "Latency" not in seen


def test_the_api_tells_what_the_page_tells(scored: Submission) -> None:
    path = f"/api/v1/submissions/{scored.pk}/details/"
    owner, organizer = scored.participation.user, factories.organizer(scored.competition)
    assert api(owner).get(path).json()["tasks"] == []
    body = api(organizer).get(path).json()
    (task,) = body["tasks"]
    assert (task["task"], task["split"], task["ece"]) == ("films", "public", 0.0123)
    assert task["slices"][0]["groups"][0] == {
        "value": "news",
        "rows": 60,
        "score": 0.1235,
        "is_worst": True,
    }
    assert task["perturbations"] == [
        {"name": "typos", "rows": 33, "original": 0.75, "perturbed": 0.6667}
    ]
    assert task["worst_case"] == {"value": 0.5, "name": "", "rows": 33, "original": 0.75}
    assert body["efficiency"]["run"]["energy_source"] == "estimate"
    assert body["efficiency"]["tasks"][0]["parameters_by_dtype"] == {"float32": 22_713_216}
    assert "title" not in body["efficiency"]["tasks"][0]


def test_before_a_run_there_is_nothing(client: Client) -> None:
    made = factories.submission(factories.participation(factories.competition()))
    seen = page(client, made.participation.user, made)
    assert "Efficiency" not in seen
    body = api(made.participation.user).get(f"/api/v1/submissions/{made.pk}/details/").json()
    assert body == {"tasks": [], "efficiency": None}


def test_the_rule_that_goes_by_figures_is_named_and_no_other(
    client: Client, scored: Submission
) -> None:
    seen = page(client, scored.participation.user, scored)
    assert "No score depends on it.</p>" in seen
    for number, (title, rule, most) in enumerate(
        [("Best", "overall_rank", None), ("Smallest <b>", "constraints", 10**7)]
    ):
        Award.objects.create(
            competition=scored.competition,
            slug=f"a{number}",
            title=title,
            rule=rule,
            max_parameters=most,
        )
    seen = page(client, scored.participation.user, scored)
    assert "“Smallest &lt;b&gt;” asks for at most 10 000 000 parameters.</p>" in seen
    assert "“Best”" not in seen

"""Losses of fine-tuning on the page of a submission and in the API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from scoring.models import TaskScore
from submissions.curves import trainings
from submissions.models import RunTask, Submission
from tests import factories

pytestmark = pytest.mark.django_db
CURVES = [
    {"steps": [5, 10], "losses": [0.6931, 0.25]},
    {"steps": [5, 10], "losses": [0.7012, 0.2218]},
]


def trained(*, track: str = "finetune", format: str = "transformers", **report: Any) -> Submission:
    competition = factories.competition()
    factories.task(competition, title="Films", track=track, train_rows=10)
    entry = factories.participation(competition)
    submission = factories.submission(entry, state="scored", format=format)
    run = factories.run(submission, state="done")
    RunTask.objects.filter(run=run).update(state="ok", report={"curves": CURVES, **report})
    return submission


def page(client: Client, submission: Submission) -> str:
    client.force_login(submission.participation.user)  # type: ignore[arg-type]
    answer = client.get(f"/submissions/{submission.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_draws_each_seed_and_names_its_final_loss(client: Client) -> None:
    said = page(client, trained())
    assert said.count("<polyline") == 2
    assert "seed 1: 0.2500 at the end" in said
    assert "seed 2: 0.2218 at the end" in said
    assert '<td class="number">0.7012</td>' in said


def test_the_api_tells_all_points(client: Client) -> None:
    submission = trained()
    client.force_login(submission.participation.user)  # type: ignore[arg-type]
    answer = client.get(f"/api/v1/submissions/{submission.pk}/trainings/")
    assert answer.json() == [
        {
            "task": submission.competition.tasks.get().slug,
            "curves": [{"seed": 1, **CURVES[0]}, {"seed": 2, **CURVES[1]}],
        }
    ]


def test_strangers_see_no_training(client: Client) -> None:
    submission = trained()
    client.force_login(factories.user())
    assert client.get(f"/api/v1/submissions/{submission.pk}/trainings/").status_code == 404


@pytest.mark.parametrize(
    "changed", [{"track": "predict"}, {"format": "python"}, {"format": "torch"}]
)
def test_what_a_program_could_have_written_is_never_shown(
    client: Client, changed: dict[str, str]
) -> None:
    """It ran beside hidden rows, and numbers can hold anything."""
    submission = trained(**changed)
    assert trainings(submission) == []
    assert "<polyline" not in page(client, submission)


def test_the_last_run_counts(client: Client) -> None:
    submission = trained()
    again = factories.run(submission, state="done", attempt=2)
    newer = [{"steps": [7], "losses": [0.1]}]
    RunTask.objects.filter(run=again).update(state="ok", report={"curves": newer})
    (training,) = trainings(submission)
    assert [curve.last for curve in training.curves] == [0.1]


def test_a_report_without_curves_shows_no_section(client: Client) -> None:
    submission = trained(curves=[])
    assert trainings(submission) == []
    assert 'id="training"' not in page(client, submission)


def test_page_and_api_tell_the_spread_over_seeds(client: Client) -> None:
    submission = trained()
    task = submission.competition.tasks.get()
    TaskScore.objects.create(
        submission=submission,
        task=task,
        dataset=task.dataset,
        split="public",
        scorer_version="1",
        value=0.8,
        points=80,
        rows=12,
        details={"seeds": {"values": [0.75, 0.8, 0.85], "sd": 0.05123}},
    )
    text = re.sub(r"<[^>]+>", "", page(client, submission))
    assert "Accuracy 0.8000 ± 0.051 over 3 seeds" in text
    told = client.get(f"/api/v1/submissions/{submission.pk}/").json()["tasks"][0]
    assert (told["public_value"], told["public_sd"], told["rounds"]) == (0.8, 0.051, 3)

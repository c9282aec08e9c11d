"""Copies of hidden rows go into the sandbox, come back, and are compared with their rows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common import blobs
from competitions.blinding import PERTURBED, TEST, blind_id
from competitions.models import Task
from competitions.perturbations import PERTURBATIONS
from competitions.selectors import perturbed_copies
from sandbox.spec import RunSpec
from scoring.models import TaskScore
from submissions import jobs
from submissions.models import Run
from submissions.practice import sample_rows
from submissions.sandboxes import output_bytes
from tests import factories
from tests.fakes import FakeBackend, host

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 120


@pytest.fixture
def task() -> Task:
    return factories.task(factories.competition(public_fraction=0.5), slug="mood", rows=ROWS)


def parity(row: dict[str, Any]) -> dict[str, Any]:
    """Right for every row, and for a copy only where no letter changed its case."""
    text = row["input"]["text"]
    return {"label": ["neg", "pos"][int(text.split()[1]) % 2] if text[0] == "R" else "neg"}


@pytest.fixture
def scored(task: Task, enqueued: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, list[Any]]:
    """Run a submission over rows such as “Row 7 is here” and score it; what was staged."""
    rows = [{"id": f"r{n}", "input": {"text": f"Row {n} is here"}} for n in range(ROWS)]
    task.dataset.inputs_sha256 = _put(rows)  # type: ignore[union-attr]
    task.dataset.save()  # type: ignore[union-attr]
    entry = factories.participation(task.competition)
    run = factories.run(factories.submission(entry, state="queued", format="transformers"))
    staged: list[Any] = []

    def look(spec: RunSpec) -> None:
        folder = spec.input_dir / "tasks" / "mood"
        lines = (folder / "perturbed.jsonl").read_text().splitlines()
        staged.append(
            (json.loads((folder / "task.json").read_text()), list(map(json.loads, lines)))
        )

    backend = FakeBackend(answers={"mood": parity}, during=look)
    monkeypatch.setattr("submissions.sandboxes.host", lambda: host(backend))
    jobs.infer(run.pk)
    jobs.score(str(run.submission_id))
    run.refresh_from_db()
    return run, staged


def _put(rows: list[dict[str, Any]]) -> str:
    return blobs.inputs.put_bytes(factories.jsonl(rows)).sha256


def test_copies_have_ids_of_their_own_in_an_order_of_their_own(
    task: Task, scored: tuple[Run, list[Any]]
) -> None:
    run, staged = scored
    facts, rows = staged[1]
    assert facts["files"] == ["inputs.jsonl", "perturbed.jsonl"]
    expected = {
        blind_id(key=run.key, task="mood", part=PERTURBED, row_id=copy.id): copy.input
        for copy in perturbed_copies(task)
    }
    assert {row["id"]: row["input"] for row in rows} == expected
    assert [row["id"] for row in rows] == sorted(expected)
    tests = {
        blind_id(key=run.key, task="mood", part=TEST, row_id=f"r{number}") for number in range(ROWS)
    }
    assert tests.isdisjoint(expected)
    assert 100 <= len(rows) <= 400


def test_a_rehearsal_can_t_be_told_by_the_absence_of_copies(
    task: Task, scored: tuple[Run, list[Any]]
) -> None:
    facts, rows = scored[1][0]
    assert facts["files"] == ["inputs.jsonl", "perturbed.jsonl"]
    made = sample_rows(task, PERTURBED)
    assert sorted(row["input"]["text"] for row in rows) == sorted(
        row["input"]["text"] for row in made
    )
    assert {row["id"].split(":")[0] for row in made} == set(PERTURBATIONS)


def test_robustness_is_stored_beside_a_score_that_does_not_know_of_it(
    scored: tuple[Run, list[Any]],
) -> None:
    for score in TaskScore.objects.all():
        assert (score.value, score.missing, score.rows) == (1.0, 0, 60)
        told = score.details["robustness"]
        by_name = {each["name"]: each for each in told["perturbations"]}
        assert by_name.keys() == {"lower_case", "typos", "extra_spaces"}
        assert by_name["extra_spaces"]["perturbed"] == 1
        assert 0.3 < by_name["lower_case"]["perturbed"] < 0.7
        assert told["worst"]["value"] <= by_name["lower_case"]["perturbed"]
        assert told["worst"]["original"] == 1


def test_a_task_can_leave_it_out(task: Task) -> None:
    with_copies = output_bytes(task)
    task.settings = {"robustness": False}
    assert with_copies - output_bytes(task) == 100 * len(PERTURBATIONS) * (4096 + 2 * 32)


def test_a_run_from_before_it_was_left_out_is_still_scored(
    task: Task, scored: tuple[Run, list[Any]]
) -> None:
    task.settings = {"robustness": False}
    task.save()
    TaskScore.objects.update(points=0.0)
    submission = scored[0].submission
    type(submission).objects.update(state="scoring")
    jobs.score(str(submission.pk))
    assert TaskScore.objects.filter(failed=False, points=100.0).count() == 2


@pytest.mark.parametrize("track", ["probe", "predict"])
def test_tracks_and_kinds_without_it_are_not_copied(track: str) -> None:
    competition = factories.competition()
    made = factories.task(competition, slug="t", train_rows=3, track=track)
    if track == "predict":
        made.kind = "tabular_classification"
    assert list(perturbed_copies(made)) == []

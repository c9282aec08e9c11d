"""Rows that are more than a text, from a dataset through a run to points."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import pytest

from common import blobs
from competitions.dataset_files import open_files, read_file
from competitions.models import Competition, Task
from competitions.services.datasets import add_dataset_version
from sandbox.spec import RunSpec
from scoring.models import TaskScore
from submissions import jobs
from tests import factories
from tests.fakes import FakeBackend, host

pytestmark = pytest.mark.django_db(transaction=True)


def values(competition: Competition, backend: FakeBackend, monkeypatch: Any) -> set[float]:
    """Run a submission through infer and score; return its values on both splits."""
    entry = factories.participation(competition)
    submission = factories.submission(entry, state="queued", format="transformers")
    run = factories.run(submission)
    monkeypatch.setattr("submissions.sandboxes.host", lambda: host(backend))
    jobs.infer(run.pk)
    jobs.score(str(submission.pk))
    submission.refresh_from_db()
    assert submission.state == "scored"
    return set(TaskScore.objects.values_list("value", flat=True))


def labels_by_content(task: Task) -> dict[bytes, str]:
    """Return the right answer to each test image, known by nothing but its bytes."""
    assert task.dataset is not None
    with blobs.inputs.open(task.dataset.files_sha256) as stream, open_files(stream) as archive:
        return {read_file(archive, f"test-{n}.png"): ["neg", "pos"][n % 2] for n in range(20)}


def test_images_reach_the_model_beside_their_rows(enqueued: list[Any], monkeypatch: Any) -> None:
    competition = factories.competition(state="draft")
    task = factories.image_task(competition, rows=20)
    Competition.objects.update(state="published")
    right = labels_by_content(task)
    folders: list[Path] = []

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        image = folders[-1] / "tasks" / task.slug / "files" / row["input"]["image"]
        return {"label": right.get(image.read_bytes(), "neg")}

    def during(spec: RunSpec) -> None:
        folders.append(spec.input_dir)

    backend = FakeBackend(answers={task.slug: answer}, during=during)
    assert values(competition, backend, monkeypatch) == {1.0}
    assert len(folders) == 2, "one run over samples, one over hidden rows"


def test_documents_are_found_by_the_embeddings_of_a_run(
    enqueued: list[Any], monkeypatch: Any
) -> None:
    competition = factories.competition(state="draft")
    task = Task.objects.create(
        competition=competition, slug="find", title="Find", kind="retrieval", metric="mrr_at_10"
    )
    rows = [
        {"id": f"{role}{n}", "input": {"text": f"number {n}", "role": role}}
        for n in range(12)
        for role in ("query", "document")
    ]
    labels = [
        {"id": row["id"], "label": {f"document{n // 2}": 1} if n % 2 == 0 else {}}
        for n, row in enumerate(rows)
    ]
    add_dataset_version(
        task=task,
        inputs=io.BytesIO(factories.jsonl(rows)),
        labels=io.BytesIO(factories.jsonl(labels)),
        train=None,
        by=factories.organizer(competition),
    )
    Competition.objects.update(state="published")

    def embedding(row: dict[str, Any]) -> dict[str, Any]:
        last = row["input"]["text"].split()[-1]
        angle = int(last) / 10 if last.isdigit() else 3
        return {"embedding": [math.cos(angle), math.sin(angle)]}

    backend = FakeBackend(answers={"find": embedding})
    assert values(competition, backend, monkeypatch) == {1.0}
    assert sum(TaskScore.objects.values_list("rows", flat=True)) == 12

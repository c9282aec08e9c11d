"""Builders of stored things for tests: the smallest valid ones, named after what they make."""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from common import blobs
from competitions.kinds.sample_images import png
from competitions.models import Competition, DatasetVersion, Participation, Phase, Task
from competitions.services.datasets import add_dataset_version
from submissions.models import ReceivedFile, Run, RunTask, Submission, SubmissionFile, Worker

_count = itertools.count(1)
PASSWORD = "correct horse battery"


def user(**fields: Any) -> User:
    """Make a participant who can log in with PASSWORD."""
    number = next(_count)
    fields.setdefault("username", f"ann{number}")
    fields.setdefault("email", f"{fields['username']}@example.org")
    return User.objects.create_user(password=PASSWORD, **fields)


def organizer(competition: Competition | None = None) -> User:
    """Make an organizer; of ``competition`` when one is given."""
    made = user(username=f"org{next(_count)}", is_staff=True)
    if competition is not None:
        competition.organizers.add(made)
    return made


def competition(**fields: Any) -> Competition:
    """Make a published competition with one open phase; add tasks with ``task``."""
    number = next(_count)
    fields.setdefault("slug", f"cup-{number}")
    fields.setdefault("title", f"Cup {number}")
    fields.setdefault("state", "published")
    fields.setdefault("rules", "Play fair.")
    if fields["state"] != "draft":
        fields.setdefault("published_at", timezone.now())
    made = Competition.objects.create(**fields)
    phase(made)
    return made


def phase(owner: Competition, **fields: Any) -> Phase:
    """Make a phase that is open now."""
    now = timezone.now()
    fields.setdefault("slug", f"phase-{next(_count)}")
    fields.setdefault("title", "Development")
    fields.setdefault("starts_at", now - timedelta(days=1))
    fields.setdefault("ends_at", now + timedelta(days=30))
    return Phase.objects.create(competition=owner, **fields)


def jsonl(rows: list[dict[str, Any]]) -> bytes:
    """Write rows as JSON Lines."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def task(owner: Competition, *, rows: int = 40, train_rows: int = 0, **fields: Any) -> Task:
    """Make a two-class text task whose dataset has ``rows`` test rows (label = row parity)."""
    fields.setdefault("slug", f"task-{next(_count)}")
    fields.setdefault("title", fields["slug"].title())
    fields.setdefault("kind", "text_classification")
    fields.setdefault("metric", "accuracy")
    fields.setdefault("labels", ["neg", "pos"])
    made = Task.objects.create(competition=owner, **fields)
    texts = [{"id": f"r{i}", "input": {"text": f"row {i}"}} for i in range(rows)]
    labels = [{"id": f"r{i}", "label": ["neg", "pos"][i % 2]} for i in range(rows)]
    train = [
        {"id": f"t{i}", "input": {"text": f"train {i}"}, "label": ["neg", "pos"][i % 2]}
        for i in range(train_rows)
    ]
    made.dataset = DatasetVersion.objects.create(
        task=made,
        number=1,
        inputs_sha256=blobs.inputs.put_bytes(jsonl(texts)).sha256,
        labels_sha256=blobs.labels.put_bytes(jsonl(labels)).sha256,
        train_sha256=blobs.inputs.put_bytes(jsonl(train)).sha256 if train else "",
        rows=rows,
        train_rows=train_rows,
        created_by=organizer(owner),
    )
    made.save(update_fields=["dataset"])
    return made


def image_task(owner: Competition, *, rows: int = 6, train_rows: int = 10, **fields: Any) -> Task:
    """Make a two-class task of grey images, each of another shade (label = row parity)."""
    made = Task.objects.create(
        competition=owner,
        slug=f"seen-{next(_count)}",
        title="Seen",
        kind="image_classification",
        metric="accuracy",
        labels=["neg", "pos"],
        **fields,
    )
    test = [{"id": f"r{i}", "input": {"image": f"test-{i}.png"}} for i in range(rows)]
    train = [{"id": f"t{i}", "input": {"image": f"train-{i}.png"}} for i in range(train_rows)]
    labels = [["neg", "pos"][i % 2] for i in range(max(rows, train_rows))]
    add_dataset_version(
        task=made,
        inputs=io.BytesIO(jsonl(test)),
        labels=io.BytesIO(
            jsonl([{"id": row["id"], "label": labels[i]} for i, row in enumerate(test)])
        ),
        train=io.BytesIO(jsonl([{**row, "label": labels[i]} for i, row in enumerate(train)])),
        files=zipped_images([str(row["input"]["image"]) for row in (*test, *train)]),
        by=organizer(owner),
    )
    return made


def zipped_images(names: Sequence[str]) -> io.BytesIO:
    """Pack images of one pixel each, no two alike; the same names give the same bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(zipfile.ZipInfo(name), png(1, 1, bytes([number, 99, 7]), colour=2))
    return sink


def participation(owner: Competition, **fields: Any) -> Participation:
    """Enter a (new) user in a competition."""
    if "team" not in fields:
        fields.setdefault("user", user())
    fields.setdefault("rules_accepted_at", timezone.now())
    return Participation.objects.create(competition=owner, **fields)


def submission(
    owner: Participation, *, files: dict[str, bytes] | None = None, **fields: Any
) -> Submission:
    """Enter a submission with the given files (content is not validated)."""
    number = owner.submissions.count() + 1
    files = files or {"config.json": b"{}", "model.safetensors": f"{next(_count)}".encode()}
    stored = {path: blobs.models.put_bytes(data) for path, data in files.items()}
    submitter = owner.user or owner.team.members.first()  # type: ignore[union-attr]
    fields.setdefault("manifest_sha256", f"{next(_count):064x}")
    fields.setdefault("phase", owner.competition.phases.first())
    fields.setdefault("submitted_by", submitter)
    made = Submission.objects.create(
        participation=owner,
        number=number,
        size=sum(blob.size for blob in stored.values()),
        **fields,
    )
    for path, blob in stored.items():
        SubmissionFile.objects.create(
            submission=made, path=path, size=blob.size, sha256=blob.sha256
        )
        ReceivedFile.objects.get_or_create(
            user=submitter, sha256=blob.sha256, defaults={"size": blob.size}
        )
    return made


def run(owner: Submission, **fields: Any) -> Run:
    """Queue a run with one pending RunTask for each task of the competition."""
    fields.setdefault("attempt", owner.runs.count() + 1)
    made = Run.objects.create(submission=owner, **fields)
    for each in owner.competition.tasks.all():
        RunTask.objects.create(run=made, task=each)
    return made


def worker(**fields: Any) -> Worker:
    """Start a worker that serves both queues."""
    now = timezone.now()
    fields.setdefault("name", f"host-{next(_count)}:7")
    fields.setdefault("backend", "docker")
    fields.setdefault("queues", ["gpu", "cpu"])
    fields.setdefault("environments", ["torch"])
    return Worker.objects.create(started_at=now, seen_at=now, **fields)

"""What an organizer prepares inside a running Podium: two small tasks that every format can enter.

Called by ``manage.py shell`` of the stack, so that it runs where the site's database is.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.tokens import create_token
from competitions.guarantees import BASE
from competitions.services.datasets import add_dataset_version
from competitions.services.manage import add_phase, add_task, create_competition

FORMATS = ("transformers", "onnx", "torch", "tensorflow", "python")
PLANTS, WORDS = "plants", "words"
LABELS = {PLANTS: ["small", "large"], WORDS: ["low", "high"]}
HIDDEN = 100
KNOWN = 200


def plant(rng: random.Random) -> tuple[Any, str]:
    """Plants are large where they are high and their ground is not wet."""
    table = {"height": rng.uniform(0, 200), "water": rng.uniform(0, 1)}
    large = table["height"] > 100 and table["water"] < 0.7
    return {"features": table}, "large" if large else "small"


def words(rng: random.Random) -> tuple[Any, str]:
    """The second word decides."""
    label = rng.choice(LABELS[WORDS])
    return {"text": f"item {label} number {rng.randrange(50)}"}, label


TASKS = {PLANTS: ("tabular_classification", plant), WORDS: ("text_classification", words)}


def prepare(folder: str) -> None:
    """Make a draft of each task and write its train split; print the token of their organizer,
    whose entries a draft takes as baselines."""
    organizer = User.objects.create_user("olga", email="olga@example.org", is_staff=True)
    for slug in TASKS:
        _draft(slug, Path(folder), organizer)
    print(create_token(user=organizer, name="laptop")[1])


def _draft(slug: str, folder: Path, organizer: User) -> None:
    kind, draw = TASKS[slug]
    rng = random.Random(0)
    hidden = [draw(rng) for _ in range(HIDDEN)]
    known = [draw(rng) for _ in range(KNOWN)]
    competition = create_competition(
        organizers=[organizer],
        slug=slug,
        title=slug,
        rules="Play fair.",
        allowed_formats=list(FORMATS),
        required_guarantees=sorted(BASE),
        task_seconds=120,
        total_seconds=300,
    )
    now = timezone.now()
    add_phase(
        competition=competition,
        slug="main",
        title="Main",
        starts_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(days=1),
    )
    task = add_task(
        competition=competition,
        slug=slug,
        title=slug,
        kind=kind,
        metric="accuracy",
        labels=LABELS[slug],
    )
    train = _lines(known, "t", labelled=True)
    (folder / f"{slug}.jsonl").write_bytes(train)
    add_dataset_version(
        task=task,
        inputs=io.BytesIO(_lines(hidden, "r", labelled=False)),
        labels=io.BytesIO(_only_labels(hidden)),
        train=io.BytesIO(train),
        by=organizer,
    )


def _lines(rows: Sequence[tuple[Any, str]], prefix: str, *, labelled: bool) -> bytes:
    found = []
    for number, (given, label) in enumerate(rows):
        row = {"id": f"{prefix}{number}", "input": given}
        found.append(json.dumps({**row, "label": label} if labelled else row))
    return "".join(f"{line}\n" for line in found).encode()


def _only_labels(rows: Sequence[tuple[Any, str]]) -> bytes:
    found = [{"id": f"r{number}", "label": label} for number, (_, label) in enumerate(rows)]
    return "".join(f"{json.dumps(row)}\n" for row in found).encode()

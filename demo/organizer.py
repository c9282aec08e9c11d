"""What the organizer of the demo does inside the platform, through its services.

Needs Django's apps to be loaded; ``demo.seed`` is the door.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import AccessToken, User
from accounts.tokens import create_token, find_user, revoke_token
from competitions.models import Competition, Task
from competitions.services.datasets import add_dataset_version
from competitions.services.manage import add_award, add_phase, add_task, create_competition
from competitions.services.publish import publish
from demo.logins import new_password, read_private, write_private
from demo.show import Show
from demo.tasks import TaskPlan
from scoring.services.close import close_competition
from submissions.models import Run

ACCESS_NAME = "make demo"
OPEN_FOR = timedelta(days=30)
_DATASET_FILES = ("inputs.jsonl", "labels.jsonl", "train.jsonl", "files.zip")

Json = dict[str, Any]


def prepare(*, show: Show, participants: list[str], logins: Path, data: Path) -> Json:
    """Make the people and the draft where they are missing; return the competition's state."""
    known = read_private(logins)
    organizer = show.baseline.participant
    people = {name: _person(name, known.get(name, {})) for name in [organizer, *participants]}
    write_private(logins, people)
    _make_organizer(User.objects.get(username=organizer))
    competition = Competition.objects.filter(slug=show.slug).first()
    if competition is None:
        competition = _new_competition(show, User.objects.get(username=organizer), data)
    return {"state": competition.state}


def publish_once(*, show: Show) -> Json:
    """Publish the competition where that is still to be done."""
    competition = Competition.objects.get(slug=show.slug)
    if competition.state == Competition.State.DRAFT:
        publish(competition=competition)
    return {"state": competition.state}


def close_once(*, show: Show) -> Json:
    """Close the competition where that is still to be done; say which sandbox ran its entries."""
    competition = Competition.objects.get(slug=show.slug)
    if competition.state == Competition.State.PUBLISHED:
        by = User.objects.get(username=show.baseline.participant)
        close_competition(competition=competition, by=by)
    runs = Run.objects.filter(submission__participation__competition=competition)
    latest = runs.exclude(backend="").order_by("-started_at").first()
    return {"state": competition.state, "backend": latest.backend if latest else ""}


def _person(name: str, known: Json) -> Json:
    """Return a login that works, keeping what is known and still valid of an earlier one."""
    user, _ = User.objects.get_or_create(username=name, defaults={"email": f"{name}@example.org"})
    password = str(known.get("password") or new_password())
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    token = str(known.get("token", ""))
    found = find_user(text=token) if token else None
    if found is None or found[0] != user:
        token = _new_token(user)
    return {"username": name, "password": password, "token": token}


def _new_token(user: User) -> str:
    for stale in AccessToken.objects.filter(user=user, name=ACCESS_NAME, revoked_at=None):
        revoke_token(user=user, token_id=stale.pk)
    return create_token(user=user, name=ACCESS_NAME)[1]


def _make_organizer(user: User) -> None:
    """Let the organizer into the admin; staff see and change what they organize."""
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])


@transaction.atomic
def _new_competition(show: Show, organizer: User, data: Path) -> Competition:
    now = timezone.now()
    competition = create_competition(organizers=[organizer], **show.competition)
    add_phase(
        competition=competition,
        slug="final",
        title="Final",
        starts_at=now - timedelta(minutes=1),
        ends_at=now + OPEN_FOR,
    )
    tasks = {
        plan.slug: add_task(
            competition=competition,
            position=position,
            **_task_fields(plan, data / plan.slug),
        )
        for position, plan in enumerate(show.tasks, start=1)
    }
    for plan in show.tasks:
        _add_dataset(tasks[plan.slug], data / plan.slug, organizer)
    for position, award in enumerate(show.awards, start=1):
        task = tasks[award["task"]] if "task" in award else None
        add_award(competition=competition, position=position, **{**award, "task": task})
    return competition


def _task_fields(plan: TaskPlan, folder: Path) -> Json:
    """Return a plan as a task's fields; classes that only the data know come with them."""
    names = ("slug", "title", "description", "kind", "track", "metric", "max_length")
    anchors = ("baseline", "ceiling")
    found = folder / "classes.json"
    labels = json.loads(found.read_text()) if found.is_file() else list(plan.labels)
    return {
        **{name: getattr(plan, name) for name in (*names, *anchors)},
        "labels": labels,
        "settings": dict(plan.settings),
    }


def _add_dataset(task: Task, folder: Path, by: User) -> None:
    with ExitStack() as files:
        opened = {
            path.stem: files.enter_context(path.open("rb"))
            for path in (folder / name for name in _DATASET_FILES)
            if path.exists()
        }
        add_dataset_version(
            task=task,
            inputs=opened["inputs"],
            labels=opened["labels"],
            train=opened.get("train"),
            files=opened.get("files"),
            by=by,
        )

"""What a viewer may see of competitions. Reads only."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO
from zipfile import BadZipFile

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, prefetch_related_objects

from accounts.models import User
from common import blobs
from common.errors import Forbidden, NotFound
from competitions.dataset_files import open_files, read_file
from competitions.kinds import get_kind
from competitions.models import Competition, Participation, Phase, Task
from competitions.robustness import Copy, copies

Viewer = User | AnonymousUser


def visible_competitions(user: Viewer) -> QuerySet[Competition]:
    """Return what ``user`` may see: drafts are shown to their organizers and superusers only."""
    if not isinstance(user, User):
        return Competition.objects.exclude(state=Competition.State.DRAFT)
    if user.is_superuser:
        return Competition.objects.all()
    organized = Q(pk__in=user.organized_competitions.values("pk"))
    return Competition.objects.filter(~Q(state=Competition.State.DRAFT) | organized)


def get_visible(user: Viewer, slug: str) -> Competition:
    """Return one competition; raises NotFound for a draft that ``user`` may not know of."""
    competition = visible_competitions(user).filter(slug=slug).first()
    if competition is None:
        raise NotFound("competition_not_found", f"There is no competition “{slug}”.")
    return competition


def get_detailed(user: Viewer, slug: str) -> Competition:
    """Return what ``get_visible`` does, with phases, tasks and awards loaded."""
    competition = get_visible(user, slug)
    prefetch_related_objects([competition], "phases", "tasks__dataset", "awards__task")
    return competition


def get_organized(user: Viewer, slug: str) -> Competition:
    """Return a competition that ``user`` organizes.

    Raises:
        NotFound: the user may not see it.
        Forbidden: ``organizers_only``.
    """
    competition = get_visible(user, slug)
    if not is_organizer(user, competition):
        raise Forbidden("organizers_only", "Only the organizers of the competition can do that.")
    return competition


def get_task(competition: Competition, slug: str) -> Task:
    """Return one task of the competition; raises NotFound."""
    task = competition.tasks.select_related("dataset").filter(slug=slug).first()
    if task is None:
        raise NotFound("task_not_found", f"“{competition.title}” has no task “{slug}”.")
    return task


def is_organizer(user: Viewer, competition: Competition) -> bool:
    """Tell whether ``user`` runs the competition; superusers run every one."""
    if not isinstance(user, User):
        return False
    return user.is_superuser or competition.organizers.filter(pk=user.pk).exists()


def participation_of(user: Viewer, competition: Competition) -> Participation | None:
    """Return the participation of ``user`` alone or in a team, in whatever state it is."""
    if not isinstance(user, User):
        return None
    return (
        competition.participations.filter(Q(user=user) | Q(team__members=user))
        .select_related("competition", "user", "team")
        .first()
    )


def takes_part(user: Viewer, competition: Competition) -> bool:
    """Tell whether ``user`` has joined and neither withdrew nor was disqualified."""
    participation = participation_of(user, competition)
    return participation is not None and participation.state == Participation.State.ACTIVE


def current_phase(competition: Competition, now: datetime) -> Phase | None:
    """Return the open phase; where windows overlap, the one that started last.

    A closed competition has none, whatever its windows say.
    """
    if competition.state == Competition.State.CLOSED:
        return None
    opened = [phase for phase in competition.phases.all() if phase.starts_at <= now < phase.ends_at]
    return max(opened, key=lambda phase: phase.starts_at, default=None)


def train_stream(task: Task) -> BinaryIO:
    """Open the public train split (JSON Lines with labels); raises NotFound where none is."""
    if task.dataset is None or not task.dataset.train_sha256:
        raise NotFound("no_train_split", f"The task “{task.slug}” has no train split.")
    return blobs.inputs.open(task.dataset.train_sha256)


def train_files_stream(task: Task) -> BinaryIO:
    """Open the zip of the train split's images; raises NotFound where none is.

    The images of test rows are in no such file.
    """
    if task.dataset is None or not task.dataset.train_files_sha256:
        raise NotFound("no_train_files", f"The task “{task.slug}” has no images to train on.")
    return blobs.inputs.open(task.dataset.train_files_sha256)


def train_image(task: Task, name: str) -> bytes:
    """Return one image of the train split; raises NotFound where there is none of that name.

    The images of test rows are in another file, which is not looked at.
    """
    with train_files_stream(task) as stream:
        try:
            with open_files(stream) as archive:
                return read_file(archive, name)
        except (KeyError, BadZipFile):
            raise NotFound(
                "no_such_image", f"The train split of “{task.slug}” names no image “{name}”."
            ) from None


def example_rows(task: Task, limit: int) -> list[dict[str, Any]]:
    """Return rows that show the task's shape: of the train split, else of its kind.

    Rows of the hidden test set are never shown.
    """
    if task.dataset is None or not task.dataset.train_sha256:
        examples = get_kind(task.kind).examples
        return [{**examples.input, "label": examples.label["label"]}]
    with train_stream(task) as stream:
        return [json.loads(line) for line in itertools.islice(stream, limit)]


def perturbed_copies(task: Task) -> Iterator[Copy]:
    """Yield the copies of hidden test rows that a run may answer beside them.

    Whether the task asks for them is not looked at: it may have when an earlier run began.
    """
    kind = get_kind(task.kind)
    if task.track != Task.Track.PREDICT or not kind.perturbed or task.dataset is None:
        return
    with blobs.inputs.open(task.dataset.inputs_sha256) as stream:
        rows = (json.loads(line) for line in stream if line.strip())
        yield from copies(rows, kind=kind, task=task.slug, key=task.competition.split_key)

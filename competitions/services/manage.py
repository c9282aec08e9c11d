"""Creates, changes and removes what a competition consists of, as the admin's forms do."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.models import User
from common.errors import Conflict, DomainError
from competitions.checklist import (
    labels_problem,
    metric_problem,
    settings_problem,
    track_problem,
)
from competitions.models import Award, Competition, Phase, Task

_Model = TypeVar("_Model", bound=models.Model)


def create_competition(*, organizers: Iterable[User], **fields: Any) -> Competition:
    """Create a draft; raises DomainError naming the first wrong field."""
    with transaction.atomic():
        competition = _saved(Competition(**fields))
        competition.organizers.set(organizers)
    return competition


def add_phase(*, competition: Competition, **fields: Any) -> Phase:
    """Add a time window; raises DomainError naming the first wrong field."""
    return _saved(Phase(competition=competition, **fields))


def add_task(*, competition: Competition, **fields: Any) -> Task:
    """Add a task; raises DomainError naming the first wrong field."""
    task = Task(competition=competition, **fields)
    if not (math.isfinite(task.weight) and task.weight > 0):
        raise DomainError("invalid", "The weight must be a number above 0.", field="weight")
    if problem := metric_problem(task):
        raise DomainError("invalid", problem, field="metric")
    if problem := track_problem(task):
        raise DomainError("invalid", problem, field="track")
    if problem := labels_problem(task):
        raise DomainError("invalid", problem, field="labels")
    if problem := settings_problem(task):
        raise DomainError("invalid", problem, field="settings")
    return _saved(task)


def add_award(*, competition: Competition, **fields: Any) -> Award:
    """Add an award; raises DomainError naming the first wrong field."""
    return _saved(Award(competition=competition, **fields))


def extension_problem(phase: Phase, ends_at: datetime) -> str:
    """Say why a phase may not end at ``ends_at``, or nothing. ``phase`` is as it is stored."""
    state = phase.competition.state
    if state == Competition.State.CLOSED:
        return "The competition is closed; its phases stay as they were."
    if state == Competition.State.PUBLISHED and ends_at < phase.ends_at:
        return "The competition is published: a phase may be made longer, never shorter."
    return ""


def forget_baseline(*, competition: Competition) -> None:
    """Ask for a new baseline: what decides results of a draft has changed since the last."""
    drafts = Competition.objects.filter(pk=competition.pk, state=Competition.State.DRAFT)
    drafts.update(baseline_scored_at=None)


def forget_dataset(*, task: Task) -> None:
    """Leave a draft's task without a dataset: its kind or classes are no longer the dataset's."""
    Task.objects.filter(pk=task.pk, competition__state=Competition.State.DRAFT).update(dataset=None)
    task.dataset = None


def remove_task(*, task: Task) -> None:
    """Delete a draft's task with its dataset versions; raises Conflict ``task_in_use``."""
    with transaction.atomic():
        if problem := task_removal_problem(task):
            raise Conflict("task_in_use", problem)
        Task.objects.filter(pk=task.pk).update(dataset=None)
        Task.objects.get(pk=task.pk).delete()


def task_removal_problem(task: Task) -> str:
    """Say why a task can't be removed, or nothing."""
    if task.competition.state != Competition.State.DRAFT:
        return "The competition is published; its tasks stay."
    if award := task.awards.first():
        return f"The award “{award.title}” is for this task; remove or change the award first."
    if task.competition.participations.filter(submissions__isnull=False).exists():
        return "A baseline was entered with this task. Begin a new competition to leave it out."
    return ""


def remove_competition(*, competition: Competition) -> None:
    """Delete a draft that nobody entered; raises Conflict ``competition_in_use``."""
    with transaction.atomic():
        if problem := competition_removal_problem(competition):
            raise Conflict("competition_in_use", problem)
        Task.objects.filter(competition=competition).update(dataset=None)
        competition.awards.all().delete()
        competition.delete()


def competition_removal_problem(competition: Competition) -> str:
    """Say why a competition can't be removed, or nothing."""
    if competition.state != Competition.State.DRAFT:
        return "Only a draft can be deleted; what was published stays provable."
    if competition.participations.exists():
        return "Somebody has entered this draft (a baseline); it can't be deleted any more."
    return ""


def _saved(obj: _Model) -> _Model:
    try:
        obj.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        name = None if field == "__all__" else field
        raise DomainError("invalid", " ".join(messages), field=name) from error
    obj.save()
    return obj

"""Creates what a competition consists of, checked as the admin's forms check it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.models import User
from common.errors import DomainError
from competitions.checklist import metric_problem, track_problem
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
    if problem := metric_problem(task):
        raise DomainError("invalid", problem, field="metric")
    if problem := track_problem(task):
        raise DomainError("invalid", problem, field="track")
    return _saved(task)


def add_award(*, competition: Competition, **fields: Any) -> Award:
    """Add an award; raises DomainError naming the first wrong field."""
    return _saved(Award(competition=competition, **fields))


def _saved(obj: _Model) -> _Model:
    try:
        obj.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        name = None if field == "__all__" else field
        raise DomainError("invalid", " ".join(messages), field=name) from error
    obj.save()
    return obj

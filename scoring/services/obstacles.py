"""What layers above hold against publishing results: each registers a function at its start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from common.errors import Conflict

if TYPE_CHECKING:
    # Registered before the models are there.
    from competitions.models import Competition

Obstacle: TypeAlias = "Callable[[Competition], list[Conflict]]"
_OBSTACLES: list[Obstacle] = []


def register(obstacle: Obstacle) -> None:
    """Ask ``obstacle`` before results are published; once, however often it is registered."""
    if obstacle not in _OBSTACLES:
        _OBSTACLES.append(obstacle)


def obstacles(competition: Competition) -> list[Conflict]:
    """Return everything that keeps a competition's results from being published now."""
    return [problem for obstacle in _OBSTACLES for problem in obstacle(competition)]

"""States move only here: one table of legal moves per model, one function that moves.

The move is a conditional UPDATE, so two processes that race for the same move can't both win.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone

TransitionTable = Mapping[str, frozenset[str]]


class IllegalTransition(Exception):
    """The table of the model has no such move. This is a bug of ours, never a user's error."""


class LostRace(Exception):
    """The row was not in the expected state any more: somebody else moved it first."""


def transition(obj: models.Model, from_: str, to: str, **changes: Any) -> None:
    """Move ``obj.state`` from ``from_`` to ``to`` and write ``changes`` in the same UPDATE.

    A model that has ``state_since`` gets the time of the move. ``obj`` is updated in memory only
    when the row was.

    Raises:
        IllegalTransition: ``type(obj).TRANSITIONS`` has no such move.
        LostRace: the row is not in state ``from_`` (or is gone).
    """
    table: TransitionTable = type(obj).TRANSITIONS  # type: ignore[attr-defined]
    name = type(obj).__name__
    if to not in table.get(from_, frozenset()):
        raise IllegalTransition(f"{name} can't move from {from_} to {to}")
    if hasattr(obj, "state_since"):
        changes["state_since"] = timezone.now()
    manager = type(obj)._default_manager
    moved = manager.filter(pk=obj.pk, state=from_).update(state=to, **changes)
    if not moved:
        raise LostRace(f"{name} {obj.pk} is not {from_} any more")
    for field, value in {"state": to, **changes}.items():
        setattr(obj, field, value)

"""Boards as they were told until a rescoring was published, for everybody who may see the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.errors import NotFound
from competitions.models import Competition
from scoring.models import Rescoring, RescoringTask


@dataclass(frozen=True, slots=True, kw_only=True)
class OldBoard:
    """``boards`` are rows by split, as they were told then; ``tasks`` name versions of datasets."""

    id: int
    published_at: datetime
    note: str
    tasks: tuple[RescoringTask, ...]
    boards: Mapping[str, list[dict[str, Any]]]


def published_rescorings(competition: Competition) -> list[Rescoring]:
    """Return when and why all scores were replaced, the newest first; without their boards."""
    published = competition.rescorings.filter(state=Rescoring.State.PUBLISHED)
    return list(published.order_by("-published_at").defer("preview", "before"))


def old_boards(competition: Competition) -> list[OldBoard]:
    """Return every board that was replaced, the newest first."""
    published = competition.rescorings.filter(state=Rescoring.State.PUBLISHED)
    return [_old_board(each) for each in published.order_by("-published_at")]


def get_old_board(competition: Competition, rescoring_id: int) -> OldBoard:
    """Return the board that one rescoring replaced; raises NotFound."""
    published = competition.rescorings.filter(state=Rescoring.State.PUBLISHED, pk=rescoring_id)
    found = published.first()
    if found is None:
        raise NotFound("rescoring_not_found", "There is no such earlier board.")
    return _old_board(found)


def _old_board(rescoring: Rescoring) -> OldBoard:
    assert rescoring.published_at is not None
    targets = rescoring.targets.select_related("task", "dataset", "before")
    return OldBoard(
        id=rescoring.pk,
        published_at=rescoring.published_at,
        note=rescoring.note,
        tasks=tuple(targets),
        boards=rescoring.before,
    )

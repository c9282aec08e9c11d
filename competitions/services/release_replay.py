"""Lets everybody have the files that scores of a closed competition are computed from."""

from __future__ import annotations

from django.db import transaction

from common.errors import Conflict, DomainError
from competitions.models import Competition
from publications.models import Publication
from publications.services.append import append

_ORDER = [Competition.Replay.ORGANIZERS, Competition.Replay.PREDICTIONS, Competition.Replay.LABELS]


def release_replay(*, competition: Competition, replay: str) -> None:
    """Release predictions and keys, or labels too. What was released can't be taken back.

    Raises:
        DomainError: ``unknown_release``.
        Conflict: ``not_closed``, or ``released_already`` where as much or more is released.
    """
    if replay not in _ORDER[1:]:
        raise DomainError(
            "unknown_release", "Choose what to release: predictions, or labels too.", field="replay"
        )
    with transaction.atomic():
        locked = Competition.objects.select_for_update().get(pk=competition.pk)
        if locked.state != Competition.State.CLOSED:
            raise Conflict("not_closed", "Files for replay can be released after the close.")
        wanted = Competition.Replay(replay)
        if _ORDER.index(wanted) <= _ORDER.index(Competition.Replay(locked.replay)):
            raise Conflict("released_already", "As much as that is released already.")
        locked.replay = wanted
        locked.save(update_fields=["replay"])
        append(
            Publication.Kind.REPLAY_RELEASED,
            {"competition": locked.slug, "replay": str(wanted)},
        )
    competition.refresh_from_db()

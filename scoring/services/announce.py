"""Announces provisional results, and announces them anew when something has changed."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common.errors import Conflict, NotFound
from competitions.models import Competition
from scoring.models import Ceremony
from scoring.services.preview import as_announced, preview_awards, winners


def open_ceremony(*, competition: Competition) -> Ceremony:
    """Announce the results of a competition that is being closed; needs its row lock."""
    now = timezone.now()
    return Ceremony.objects.create(
        competition=competition,
        opened_at=now,
        disputes_until=now + timedelta(days=competition.dispute_days),
        verdicts=as_announced(preview_awards(competition=competition)),
        announced_at=now,
    )


def announce_again(*, competition: Competition) -> bool:
    """Bring provisional results up to date; return whether somebody gets another award.

    Boards are as they are stored. A reason that alone is told otherwise, as when statistics
    arrive, is brought up to date without more ado. Does nothing for a competition that is not
    closed, or whose results are published.
    """
    with transaction.atomic():
        ceremony = (
            Ceremony.objects.select_for_update()
            .filter(competition=competition, state=Ceremony.State.PROVISIONAL)
            .first()
        )
        if ceremony is None:
            return False
        verdicts = as_announced(preview_awards(competition=competition))
        changed = winners(verdicts) != winners(ceremony.verdicts)
        if changed:
            ceremony.announced_at = timezone.now()
        if verdicts != ceremony.verdicts:
            ceremony.verdicts = verdicts
            ceremony.save(update_fields=["verdicts", "announced_at"])
    return changed


def provisional_ceremony(competition: Competition) -> Ceremony:
    """Return the ceremony, locked, while anything of it may change. Needs a transaction.

    Raises:
        NotFound: ``not_closed``.
        Conflict: ``results_published``.
    """
    ceremony = Ceremony.objects.select_for_update().filter(competition=competition).first()
    if ceremony is None:
        raise NotFound("not_closed", "The competition is not closed; there are no results yet.")
    if ceremony.state != Ceremony.State.PROVISIONAL:
        raise Conflict(
            "results_published",
            "The results are published and signed; nothing changes them any more.",
        )
    return ceremony

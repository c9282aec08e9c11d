"""Opens a competition to participants once its check list passes."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from common.errors import Conflict
from common.transitions import transition
from competitions.checklist import missing_checks
from competitions.models import Competition
from competitions.services.announce import announce_competition


def publish(*, competition: Competition) -> None:
    """Move a draft to published; from now on what decides results is fixed.

    Raises:
        Conflict: ``not_a_draft``, or ``checklist_incomplete`` with every open point.
    """
    with transaction.atomic():
        locked = Competition.objects.select_for_update().get(pk=competition.pk)
        if locked.state != Competition.State.DRAFT:
            raise Conflict("not_a_draft", "The competition is published already.")
        missing = missing_checks(locked)
        if missing:
            points = "; ".join(f"{check.title}: {check.hint}" for check in missing)
            raise Conflict("checklist_incomplete", f"Not ready to publish. Still open: {points}")
        transition(
            locked,
            Competition.State.DRAFT,
            Competition.State.PUBLISHED,
            published_at=timezone.now(),
        )
        announce_competition(locked)
    competition.refresh_from_db()

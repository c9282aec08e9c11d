"""What organizers do about entries that look alike: ask for a comparison, decide on a pair."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import Conflict, DomainError, Forbidden
from common.transitions import LostRace, transition
from competitions.models import Competition
from competitions.selectors import is_organizer
from submissions import queue
from submissions.models import DuplicatePair, DuplicateSearch

State = DuplicatePair.State


def compare_now(*, competition: Competition, by: User) -> DuplicateSearch:
    """Ask a score worker to compare the entries of a competition.

    Raises:
        Forbidden: ``organizers_only``.
        Conflict: ``comparing_already``.
    """
    _check_organizer(by, competition)
    with transaction.atomic():
        Competition.objects.select_for_update().get(pk=competition.pk)
        pending = DuplicateSearch.objects.filter(DuplicateSearch.PENDING, competition=competition)
        if pending.exists():
            raise Conflict("comparing_already", "The entries are being compared already.")
        return _ask(competition, by)


def compare_at_close(*, competition: Competition) -> bool:
    """Ask for the comparison after the close; False where it was asked for since."""
    with transaction.atomic():
        locked = Competition.objects.select_for_update().get(pk=competition.pk)
        asked = DuplicateSearch.objects.filter(competition=locked, asked_at__gte=locked.closed_at)
        if locked.state != Competition.State.CLOSED or asked.exists():
            return False
        _ask(locked, None)
    return True


def decide(*, pair: DuplicatePair, verdict: str, reason: str, by: User) -> None:
    """Dismiss a pair, or keep it as one to follow up, with a reason.

    Raises:
        Forbidden: ``organizers_only``.
        DomainError: ``verdict_missing``, ``reason_missing``.
        Conflict: ``decided_already``.
    """
    _check_organizer(by, pair.competition)
    if verdict not in (State.DISMISSED, State.KEPT):
        raise DomainError("verdict_missing", "Dismiss the pair, or keep it.", field="verdict")
    if not reason.strip():
        raise DomainError("reason_missing", "Say why.", field="reason")
    try:
        transition(pair, State.OPEN, verdict, reviewed_by=by, reason=reason.strip()[:2000])
    except LostRace as lost:
        raise Conflict("decided_already", "This pair was decided on already.") from lost


def reopen(*, pair: DuplicatePair, by: User) -> None:
    """Undo a decision.

    Raises:
        Forbidden: ``organizers_only``.
        Conflict: ``not_decided``.
    """
    _check_organizer(by, pair.competition)
    if pair.state == State.OPEN:
        raise Conflict("not_decided", "Nobody has decided on this pair.")
    try:
        transition(pair, pair.state, State.OPEN, reviewed_by=None, reason="")
    except LostRace as lost:
        raise Conflict("not_decided", "Nobody has decided on this pair.") from lost


def _ask(competition: Competition, by: User | None) -> DuplicateSearch:
    search, _ = DuplicateSearch.objects.update_or_create(
        competition=competition,
        defaults={"asked_at": timezone.now(), "asked_by": by, "lease_until": None},
    )
    queue.enqueue_duplicates(competition)
    return search


def _check_organizer(by: User, competition: Competition) -> None:
    if not is_organizer(by, competition):
        raise Forbidden("organizers_only", "Only the organizers of the competition can do that.")

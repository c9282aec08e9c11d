"""Participants dispute provisional results; organizers answer."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.errors import Conflict, DomainError, Forbidden, NotFound
from common.transitions import transition
from competitions.models import Award, Competition, Participation
from competitions.selectors import is_organizer, participation_of
from scoring.models import Ceremony, Dispute
from scoring.services.announce import provisional_ceremony

MOST_CHARACTERS = 4000
MOST_OPEN = 5
"""Open disputes of one participation at a time."""


def file_dispute(
    *, competition: Competition, by: User, text: str, award: Award | None = None
) -> Dispute:
    """File a dispute about an award, or about the board where none is named.

    Whoever takes part may, also when withdrawn or disqualified: that can be what is disputed.

    Raises:
        NotFound: ``not_closed``.
        Conflict: ``results_published``; ``disputes_over`` after the window; ``too_many_disputes``.
        Forbidden: ``not_joined``, for organizers and their baselines too.
        DomainError: ``text_missing`` or ``text_too_long``.
    """
    said = _said(text, field="text")
    with transaction.atomic():
        ceremony = provisional_ceremony(competition)
        participation = _disputant(competition, by)
        if timezone.now() >= ceremony.disputes_until:
            until = ceremony.disputes_until
            raise Conflict(
                "disputes_over",
                f"Disputes were taken until {until.day} {until:%B %Y, %H:%M} UTC.",
            )
        mine = ceremony.disputes.filter(participation=participation, state=Dispute.State.OPEN)
        if mine.count() >= MOST_OPEN:
            raise Conflict(
                "too_many_disputes",
                f"You have {MOST_OPEN} open disputes. Wait for an answer to one of them.",
            )
        return Dispute.objects.create(
            ceremony=ceremony, award=award, participation=participation, filed_by=by, text=said
        )


def uphold_dispute(*, dispute: Dispute, by: User, answer: str) -> None:
    """Answer that the dispute is right; what follows from it is done by other means."""
    _answer(dispute, Dispute.State.UPHELD, by, answer)


def dismiss_dispute(*, dispute: Dispute, by: User, answer: str) -> None:
    """Answer that the results stand."""
    _answer(dispute, Dispute.State.DISMISSED, by, answer)


def _answer(dispute: Dispute, state: Dispute.State, by: User, answer: str) -> None:
    """Close a dispute with an answer.

    Raises:
        Forbidden: ``organizers_only``.
        Conflict: ``results_published``, or ``dispute_answered``: somebody was faster.
        DomainError: ``text_missing`` or ``text_too_long``.
    """
    said = _said(answer, field="answer")
    competition = dispute.ceremony.competition
    if not is_organizer(by, competition):
        raise Forbidden("organizers_only", "Only the organizers of the competition can do that.")
    with transaction.atomic():
        provisional_ceremony(competition)
        dispute.refresh_from_db()
        if dispute.state != Dispute.State.OPEN:
            raise Conflict("dispute_answered", "This dispute has an answer already.")
        transition(
            dispute,
            Dispute.State.OPEN,
            state,
            answer=said,
            answered_by=by,
            answered_at=timezone.now(),
        )


def disputes_open(ceremony: Ceremony) -> bool:
    """Tell whether disputes are taken now."""
    provisional = ceremony.state == Ceremony.State.PROVISIONAL
    return provisional and timezone.now() < ceremony.disputes_until


def get_dispute(ceremony: Ceremony, dispute_id: int) -> Dispute:
    """Return one of a ceremony's disputes; raises NotFound."""
    found = ceremony.disputes.select_related("ceremony__competition").filter(pk=dispute_id).first()
    if found is None:
        raise NotFound("dispute_not_found", "There is no such dispute.")
    return found


def _disputant(competition: Competition, by: User) -> Participation:
    participation = participation_of(by, competition)
    if participation is None or participation.is_baseline:
        raise Forbidden("not_joined", "Only who takes part can dispute the results.")
    return participation


def _said(text: str, *, field: str) -> str:
    said = text.strip()
    if not said:
        raise DomainError("text_missing", "Say in a few sentences what and why.", field=field)
    if len(said) > MOST_CHARACTERS:
        raise DomainError(
            "text_too_long", f"Keep it below {MOST_CHARACTERS} characters.", field=field
        )
    return said

"""Organizers disqualify a participation, or take it in again; boards and results follow."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from common.errors import Conflict, DomainError, Forbidden
from common.transitions import transition
from competitions.models import Competition, Participation, Ruling
from competitions.selectors import is_organizer
from publications.models import Publication
from publications.services.append import append
from scoring.models import Ceremony, Split
from scoring.services.announce import announce_again
from scoring.services.leaderboard import refresh_board
from scoring.services.log_results import log_board

MOST_CHARACTERS = 500
_State = Participation.State


def disqualify(*, participation: Participation, by: User, reason: str) -> Ruling:
    """Take a participation off the boards and out of the awards; its submissions stay stored.

    Raises:
        Forbidden: ``organizers_only``.
        Conflict: ``results_published``, or ``not_active``.
        DomainError: ``reason_missing`` or ``reason_too_long``.
    """
    return _rule(participation, by, reason, Ruling.Verdict.DISQUALIFIED)


def reinstate(*, participation: Participation, by: User, reason: str) -> Ruling:
    """Undo a disqualification.

    Raises:
        Forbidden: ``organizers_only``.
        Conflict: ``results_published``, or ``not_disqualified``.
        DomainError: ``reason_missing`` or ``reason_too_long``.
    """
    return _rule(participation, by, reason, Ruling.Verdict.REINSTATED)


_MOVES = {
    Ruling.Verdict.DISQUALIFIED: (_State.ACTIVE, _State.DISQUALIFIED),
    Ruling.Verdict.REINSTATED: (_State.DISQUALIFIED, _State.ACTIVE),
}
_REFUSALS = {
    Ruling.Verdict.DISQUALIFIED: ("not_active", "does not take part at present."),
    Ruling.Verdict.REINSTATED: ("not_disqualified", "is not disqualified."),
}


def _rule(participation: Participation, by: User, reason: str, verdict: Ruling.Verdict) -> Ruling:
    said = _said(reason)
    if not is_organizer(by, participation.competition):
        raise Forbidden("organizers_only", "Only the organizers of the competition can do that.")
    from_, to = _MOVES[verdict]
    with transaction.atomic():
        competition = Competition.objects.select_for_update().get(pk=participation.competition_id)
        _refuse_published(competition)
        participation.refresh_from_db()
        if participation.state != from_:
            code, said_of = _REFUSALS[verdict]
            raise Conflict(code, f"“{participation.display_name}” {said_of}")
        transition(participation, from_, to)
        ruling = Ruling.objects.create(
            participation=participation, verdict=verdict, reason=said, made_by=by
        )
        _refresh(competition)
        append(
            Publication.Kind.PARTICIPATION_STATE,
            {
                "competition": competition.slug,
                "participation": participation.pk,
                "state": str(to),
            },
        )
    return ruling


def _refuse_published(competition: Competition) -> None:
    published = Ceremony.objects.filter(
        competition=competition, state=Ceremony.State.PUBLISHED
    ).exists()
    if published:
        raise Conflict(
            "results_published",
            "The results are published and signed; nothing changes them any more.",
        )


def _refresh(competition: Competition) -> None:
    refresh_board(competition=competition, board=Split.PUBLIC)
    if competition.state == Competition.State.CLOSED:
        refresh_board(competition=competition, board=Split.PRIVATE)
        log_board(competition)
        announce_again(competition=competition)


def _said(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise DomainError("reason_missing", "Say why: it is kept, and told.", field="reason")
    if len(said) > MOST_CHARACTERS:
        raise DomainError(
            "reason_too_long",
            f"Keep the reason below {MOST_CHARACTERS} characters.",
            field="reason",
        )
    return said

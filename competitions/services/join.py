"""Enter a competition."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from common.errors import Conflict, DomainError, Forbidden, NotFound
from common.transitions import transition
from competitions.models import Competition, Participation
from competitions.selectors import is_organizer, participation_of


def join(*, competition: Competition, user: User, accept_rules: bool) -> tuple[Participation, bool]:
    """Return the user's participation and whether it is new; who withdrew takes part again.

    Organizers enter baselines, which are shown but never ranked; they may join a draft.

    Raises:
        NotFound: the competition is a draft and the user does not organize it.
        DomainError: ``rules_not_accepted``.
        Conflict: ``competition_closed``.
        Forbidden: ``disqualified``.
    """
    organizes = is_organizer(user, competition)
    if competition.state == Competition.State.DRAFT and not organizes:
        raise NotFound("competition_not_found", f"There is no competition “{competition.slug}”.")
    known = participation_of(user, competition)
    if known is not None and known.state == Participation.State.ACTIVE:
        return known, False
    _check_open(competition)
    if not accept_rules:
        raise DomainError(
            "rules_not_accepted", "Accept the rules to take part.", field="accept_rules"
        )
    if known is not None:
        return _return_to(known), False
    return _enter(competition, user, organizes)


def _check_open(competition: Competition) -> None:
    if competition.state == Competition.State.CLOSED:
        raise Conflict(
            "competition_closed", f"“{competition.title}” is closed; nobody can join any more."
        )


def _return_to(participation: Participation) -> Participation:
    if participation.state == Participation.State.DISQUALIFIED:
        raise Forbidden("disqualified", "The organizers have disqualified this participation.")
    transition(
        participation,
        Participation.State.WITHDRAWN,
        Participation.State.ACTIVE,
        rules_accepted_at=timezone.now(),
    )
    return participation


def _enter(competition: Competition, user: User, is_baseline: bool) -> tuple[Participation, bool]:
    try:
        with transaction.atomic():
            made = Participation.objects.create(
                competition=competition,
                user=user,
                is_baseline=is_baseline,
                rules_accepted_at=timezone.now(),
            )
    except IntegrityError:
        # A second click came first; theirs is as good as ours.
        return Participation.objects.get(competition=competition, user=user), False
    return made, True

"""Organizers put names on the list of an award: who may win it, or whom the jury chose."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from common.errors import Conflict, DomainError, Forbidden, NotFound
from competitions.models import Award, Competition, Nomination, Participation
from competitions.selectors import is_organizer
from scoring.services.announce import announce_again, provisional_ceremony

MOST_CHARACTERS = 500


def nominate(
    *, award: Award, participation: Participation, by: User, place: int = 1, reason: str = ""
) -> Nomination:
    """Put a participation on the award's list, or change its place and reason there.

    A place is a jury's alone.

    Raises:
        Forbidden: ``organizers_only``.
        Conflict: ``no_list``: the award's rule reads none; ``results_published``.
        DomainError: ``not_here``: of another competition; ``place_invalid``; ``reason_missing``
            from a jury, ``reason_too_long``.
    """
    _check(award, by)
    if participation.competition_id != award.competition_id:
        raise DomainError(
            "not_here", "It takes part in another competition.", field="participation"
        )
    if award.rule != Award.Rule.JURY:
        place = 1
    elif not award.rank_from <= place <= award.rank_to:
        raise DomainError(
            "place_invalid",
            f"The award is for places {award.rank_from} to {award.rank_to}.",
            field="place",
        )
    said = reason.strip()
    if award.rule == Award.Rule.JURY and not said:
        raise DomainError(
            "reason_missing", "A jury says why: the reason is published.", field="reason"
        )
    if len(said) > MOST_CHARACTERS:
        raise DomainError(
            "reason_too_long",
            f"Keep the reason below {MOST_CHARACTERS} characters.",
            field="reason",
        )
    with transaction.atomic():
        _lock(award.competition)
        made, _ = Nomination.objects.update_or_create(
            award=award,
            participation=participation,
            defaults={"place": place, "reason": said, "made_by": by},
        )
        announce_again(competition=award.competition)
    return made


def drop_nomination(*, award: Award, participation_id: int, by: User) -> None:
    """Take a name off the list.

    Raises:
        Forbidden: ``organizers_only``.
        Conflict: ``no_list``, or ``results_published``.
        NotFound: ``not_listed``.
    """
    _check(award, by)
    with transaction.atomic():
        _lock(award.competition)
        gone, _ = Nomination.objects.filter(award=award, participation=participation_id).delete()
        if not gone:
            raise NotFound("not_listed", "This name is not on the list.")
        announce_again(competition=award.competition)


def _check(award: Award, by: User) -> None:
    if not is_organizer(by, award.competition):
        raise Forbidden("organizers_only", "Only the organizers of the competition can do that.")
    if award.rule not in Award.CHOSEN_RULES:
        raise Conflict("no_list", f"“{award.title}” goes by its rule alone and has no list.")


def _lock(competition: Competition) -> None:
    """Names are given at any time before publication: before the close there is no ceremony."""
    locked = Competition.objects.select_for_update().get(pk=competition.pk)
    if locked.state == Competition.State.CLOSED:
        provisional_ceremony(locked)

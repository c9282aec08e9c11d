"""Publishes a closed competition's results: every grant is frozen and signed, and so is the whole.

The whole is one statement over the board's digest and the digests of all grants, so that no grant
can be added or dropped later, and an entry of the log of publications.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.canonical_json import canonical
from common.errors import Conflict
from common.transitions import transition
from competitions.models import Award, Competition
from publications.models import Publication
from publications.services.append import append
from scoring.awards.decide import Grant, Verdict
from scoring.models import AwardGrant, Ceremony, Dispute, LeaderboardEntry, Split
from scoring.records import Subject
from scoring.result_rows import board_rows, board_sha256
from scoring.services.announce import announce_again, provisional_ceremony
from scoring.services.obstacles import obstacles
from scoring.services.preview import as_announced, preview_awards
from scoring.services.rescoring import open_rescoring
from scoring.services.signing import sign_statement

GRANT_TYPE = "urn:podium:award-grant:3"
RESULTS_TYPE = "urn:podium:results:1"


def publish_results(
    *, competition: Competition, by: User, withheld: Collection[str] = ()
) -> list[AwardGrant]:
    """Grant the awards as they were announced last, sign everything, and freeze it.

    ``withheld`` names (by slug) awards that wait for a name and are not given.

    Raises:
        NotFound: ``not_closed``.
        Conflict: ``results_published``; ``disputes_run`` until the window is over;
            ``disputes_open`` until all are answered; ``rescoring_open``; ``award_waits`` for a
            jury's choice or names on a list; whatever layers above hold against it;
            ``results_changed`` where they are other than announced, which are then announced anew,
            to be looked at first.
    """
    # Outside of the transaction below: the new announcement has to stand when it is refused.
    if announce_again(competition=competition):
        raise Conflict(
            "results_changed",
            "The results have changed since they were announced. They are announced anew now: "
            "look at them, then publish.",
        )
    with transaction.atomic():
        locked = Competition.objects.select_for_update().get(pk=competition.pk)
        ceremony = provisional_ceremony(locked)
        verdicts = preview_awards(competition=locked)
        for problem in publication_problems(ceremony, verdicts, withheld):
            raise problem
        if as_announced(verdicts) != ceremony.verdicts:
            raise Conflict("results_changed", "The results have just changed. Look at them again.")
        return _publish(ceremony, verdicts, by, withheld)


def publication_problems(
    ceremony: Ceremony, verdicts: list[Verdict], withheld: Collection[str] = ()
) -> list[Conflict]:
    """Return what keeps results from being published now, each with what to do."""
    found = []
    if timezone.now() < ceremony.disputes_until:
        until = f"{ceremony.disputes_until.day} {ceremony.disputes_until:%B %Y, %H:%M} UTC"
        found.append(
            Conflict(
                "disputes_run",
                f"Participants can dispute the results until {until}. Publish them after that.",
            )
        )
    if count := ceremony.disputes.filter(state=Dispute.State.OPEN).count():
        found.append(
            Conflict(
                "disputes_open",
                f"{count} dispute(s) have no answer yet. Answer each of them, then publish.",
            )
        )
    if open_rescoring(ceremony.competition) is not None:
        found.append(
            Conflict(
                "rescoring_open",
                "A rescoring is open: it would change a board that is signed. Publish or discard "
                "it, then publish the results.",
            )
        )
    found += [
        Conflict(
            "award_waits", f"{verdict.waits} Or say that it is not given: tick it as withheld."
        )
        for verdict in verdicts
        if verdict.waits and verdict.terms.slug not in withheld
    ]
    return found + obstacles(ceremony.competition)


def _publish(
    ceremony: Ceremony, verdicts: list[Verdict], by: User, withheld: Collection[str]
) -> list[AwardGrant]:
    now = timezone.now()
    competition = ceremony.competition
    freeze = _Freeze(competition, by, now)
    grants = [
        freeze.grant(verdict.terms.slug, grant) for verdict in verdicts for grant in verdict.grants
    ]
    subjects = [Subject("board", board_sha256(competition))]
    subjects += [Subject(f"grant {grant.pk}", statement_sha256(grant)) for grant in grants]
    predicate = {
        "competition": competition.slug,
        "published_at": now.isoformat(),
        "published_by": by.username,
        "closed_at": competition.closed_at.isoformat() if competition.closed_at else None,
        "grants": len(grants),
        "withheld": sorted(v.terms.slug for v in verdicts if v.waits and v.terms.slug in withheld),
        "disputes": {
            str(state): ceremony.disputes.filter(state=state).count() for state in Dispute.State
        },
    }
    envelope = sign_statement(RESULTS_TYPE, subjects, predicate)
    transition(
        ceremony,
        Ceremony.State.PROVISIONAL,
        Ceremony.State.PUBLISHED,
        published_at=now,
        published_by=by,
        board=board_rows(competition, Split.PRIVATE),
        envelope=envelope.as_dict(),
        key_id=envelope.key_id,
    )
    append(
        Publication.Kind.AWARDS_GRANTED,
        {
            "competition": competition.slug,
            "results_sha256": hashlib.sha256(envelope.payload).hexdigest(),
            "board_sha256": subjects[0].sha256,
            "grants": [statement_sha256(grant) for grant in grants],
            "key_id": envelope.key_id,
        },
    )
    return grants


class _Freeze:
    """Makes grants of one publication: all that is told of one later stands in its statement."""

    def __init__(self, competition: Competition, by: User, now: datetime) -> None:
        board = LeaderboardEntry.objects.filter(competition=competition, board=Split.PRIVATE)
        related = board.select_related("participation__user", "participation__team", "submission")
        self._entries = {entry.participation_id: entry for entry in related}
        self._awards = {award.slug: award for award in competition.awards.select_related("task")}
        self._competition, self._by, self._now = competition, by, now

    def grant(self, slug: str, grant: Grant) -> AwardGrant:
        """Store one grant, signed."""
        entry, award = self._entries[grant.contender.key], self._awards[slug]
        subject = Subject("submission manifest", entry.submission.manifest_sha256)
        envelope = sign_statement(GRANT_TYPE, [subject], self._predicate(award, grant, entry))
        return AwardGrant.objects.create(
            award=award,
            participation=entry.participation,
            submission=entry.submission,
            rank=grant.place,
            last_place=grant.last_place if grant.last_place != grant.place else None,
            points=grant.points,
            amount=grant.amount,
            reason=grant.reason,
            envelope=envelope.as_dict(),
            key_id=envelope.key_id,
        )

    def _predicate(self, award: Award, grant: Grant, entry: LeaderboardEntry) -> Mapping[str, Any]:
        team = entry.participation.team
        members = [] if team is None else [user.username for user in team.members.all()]
        return {
            "competition": self._competition.slug,
            "competition_title": self._competition.title,
            "award": {"slug": award.slug, "title": award.title, "rule": award.rule},
            "prize": award.prize,
            "amount": None if grant.amount is None else str(grant.amount),
            "currency": award.prize_currency,
            "participant": entry.participation.display_name,
            "members": sorted(members),
            "submission": str(entry.submission_id),
            "submission_number": entry.submission.number,
            "place": grant.place,
            "last_place": grant.last_place,
            "points": grant.points,
            "final_score": entry.final_score,
            "overall_rank": entry.rank,
            "tasks": entry.tasks,
            "reason": grant.reason,
            "published_by": self._by.username,
            "published_at": self._now.isoformat(),
        }


def statement_sha256(grant: AwardGrant) -> str:
    """Return the sha256 of the bytes that were signed."""
    return hashlib.sha256(canonical(grant.statement)).hexdigest()

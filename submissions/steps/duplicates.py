"""Compare a competition's entries with one another: claim, read predictions, record the pairs.

On a score worker, as predictions are read; what is found is for organizers alone.
"""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils import timezone

from competitions.models import Competition
from submissions.duplicate_pairs import Comparison, find_pairs
from submissions.lease import heartbeat, lease_end, unleased
from submissions.models import DuplicatePair, DuplicateSearch


def compare_entries(*, competition_id: int) -> None:
    """Make a comparison that was asked for, unless somebody is at it. May be called twice."""
    if not _claim(competition_id):
        return
    search = DuplicateSearch.objects.select_related("competition").get(competition=competition_id)
    with heartbeat(partial(_renew, search.pk)):
        found = find_pairs(search.competition, advance=partial(_advance, search.pk))
    record(search, found)


def record(search: DuplicateSearch, found: Comparison) -> None:
    """Write pairs down. What organizers decided stays, and so do pairs of earlier comparisons."""
    now = timezone.now()
    with transaction.atomic():
        Competition.objects.select_for_update().get(pk=search.competition_id)
        for pair in found.pairs:
            DuplicatePair.objects.update_or_create(
                first=pair.first,
                second=pair.second,
                defaults={
                    "competition": search.competition,
                    "evidence": pair.evidence,
                    "chance": pair.chance,
                    "equal_share": pair.equal_share,
                    "seen_at": now,
                },
            )
        DuplicateSearch.objects.filter(pk=search.pk).update(
            computed_at=now, lease_until=None, entries=found.entries, left_out=found.left_out
        )


def _claim(competition_id: int) -> bool:
    now = timezone.now()
    free = unleased(now)
    searches = DuplicateSearch.objects.filter(competition=competition_id)
    claimed = searches.filter(free, DuplicateSearch.PENDING)
    return bool(claimed.update(lease_until=lease_end(now), done=0, total=0))


def _renew(search_id: int) -> bool:
    held = DuplicateSearch.objects.filter(pk=search_id).exclude(lease_until=None)
    return bool(held.update(lease_until=lease_end()))


def _advance(search_id: int, done: int, total: int) -> None:
    DuplicateSearch.objects.filter(pk=search_id).update(done=done, total=total)

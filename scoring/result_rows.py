"""A competition's boards and grants as plain rows, for exports and for digests of what is told.

Everybody can download the rows and compute the digest that a results statement names.
"""

from __future__ import annotations

import hashlib
from typing import Any

from common.canonical_json import canonical
from common.text import printable
from competitions.models import Competition
from scoring.models import AwardGrant, Ceremony, LeaderboardEntry, Split
from scoring.ranking import displayed

BOARD_COLUMNS = ("rank", "participant", "is_baseline", "final_score", "submission", "submitted_at")


def board_rows(competition: Competition, split: str) -> list[dict[str, Any]]:
    """Return a board's rows in their order. Whether it may be told is the caller's question."""
    entries = LeaderboardEntry.objects.filter(competition=competition, board=split)
    related = entries.select_related("participation__user", "participation__team", "submission")
    return [_board_row(entry) for entry in related.order_by("-final_score", "submitted_at", "pk")]


def announced_rows(competition: Competition) -> list[dict[str, Any]]:
    """Return the private board's rows, as they were signed once results are published."""
    published = Ceremony.objects.filter(competition=competition, state=Ceremony.State.PUBLISHED)
    frozen: list[dict[str, Any]] | None = published.values_list("board", flat=True).first()
    return frozen or board_rows(competition, Split.PRIVATE)


def board_sha256(competition: Competition) -> str:
    """Return the sha256 of the private board's rows in canonical JSON."""
    rows = {"entries": announced_rows(competition)}
    return hashlib.sha256(canonical(rows)).hexdigest()


def award_rows(grants: list[AwardGrant]) -> list[dict[str, Any]]:
    """Return grants as they were signed, in their order."""
    return [_award_row(grant, grant.statement["predicate"]) for grant in grants]


def _board_row(entry: LeaderboardEntry) -> dict[str, Any]:
    return {
        "rank": entry.rank,
        "participant": printable(entry.participation.display_name),
        "is_baseline": entry.participation.is_baseline,
        "final_score": displayed(entry.final_score),
        "submission": entry.submission.number,
        "submitted_at": entry.submitted_at.isoformat(),
        "tasks": {slug: displayed(cell.get("points")) for slug, cell in entry.tasks.items()},
    }


def _award_row(grant: AwardGrant, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "award": told["award"]["slug"],
        "title": told["award"]["title"],
        "prize": told.get("prize", ""),
        "amount": told.get("amount"),
        "currency": told.get("currency", ""),
        "participant": printable(told["participant"]),
        "place": told["place"],
        "last_place": told.get("last_place", told["place"]),
        "points": displayed(told.get("points")),
        "reason": told["reason"],
        "granted_at": grant.granted_at.isoformat(),
        "key_id": grant.key_id,
    }

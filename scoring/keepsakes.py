"""Certificates and badges of grants. They say what was signed, whatever has changed since."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from common.canonical_json import canonical
from scoring.badge import badge_svg
from scoring.certificate import Certificate, certificate_pdf
from scoring.models import AwardGrant

_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def certificate_of(grant: AwardGrant, *, address: str) -> bytes:
    """Return a grant's certificate; ``address`` is where its signed record is."""
    told: dict[str, Any] = grant.statement["predicate"]
    points = told.get("points")
    return certificate_pdf(
        Certificate(
            competition=told.get("competition_title", told["competition"]),
            participant=told["participant"],
            members=tuple(told.get("members", ())),
            award=told["award"]["title"],
            place=place_words(told["place"], told.get("last_place")),
            points="" if points is None else f"{points:.2f} points",
            prize=_prize(told),
            reason=told["reason"],
            day=grant.granted_at,
            key_id=grant.key_id,
            sha256=hashlib.sha256(canonical(grant.statement)).hexdigest(),
            address=address,
        ),
        fonts=tuple(settings.CERTIFICATE_FONTS),
    )


def badge_of(grant: AwardGrant) -> SafeString:
    """Return a grant's badge."""
    told: dict[str, Any] = grant.statement["predicate"]
    return badge_svg(
        competition=told.get("competition_title", told["competition"]),
        award=told["award"]["title"],
        place=place_words(told["place"], told.get("last_place")),
        participant=told["participant"],
    )


def place_words(first: int, last: int | None = None) -> str:
    """Write “1st place”, or “places 1 to 2” where equal ones share several."""
    if last is not None and last != first:
        return f"places {first} to {last}"
    teens = 11 <= first % 100 <= 13
    return f"{first}{'th' if teens else _ENDINGS.get(first % 10, 'th')} place"


def _prize(told: dict[str, Any]) -> str:
    if told.get("amount") is None:
        return str(told.get("prize", ""))
    return f"{Decimal(told['amount']):,.2f} {told['currency']}"

"""What every page of a competition shows: its head, its tabs, and what the viewer can do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from competitions.guard_sentences import guard_sentence
from competitions.models import Participation
from competitions.selectors import get_visible, is_organizer, participation_of
from competitions.standing import standing


def competition_context(request: HttpRequest, slug: str, *, tab: str) -> dict[str, Any]:
    """Return the context of ``competitions/base.html``; raises NotFound for what is not visible."""
    competition = get_visible(request.user, slug)
    participation = participation_of(request.user, competition)
    return {
        "competition": competition,
        "standing": standing(competition, timezone.now()),
        "participation": participation,
        "takes_part": participation is not None
        and participation.state == Participation.State.ACTIVE,
        "is_organizer": is_organizer(request.user, competition),
        "guard_sentence": guard_sentence(competition),
        "tab": tab,
    }

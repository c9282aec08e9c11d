"""Where a competition stands now, in the words of one line. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from competitions.models import Competition, Phase
from competitions.selectors import current_phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``badge`` in ``tone``, then ``verb`` and ``moment``: *Development*, ends 23 Dec 2026."""

    badge: str
    tone: str
    verb: str = ""
    moment: datetime | None = None
    phase: Phase | None = None


def standing(competition: Competition, now: datetime) -> Standing:
    """Return what matters most to a participant who thinks of entering now."""
    if competition.state == Competition.State.DRAFT:
        return Standing(badge="Draft", tone="warn", verb="seen by its organizers only")
    if competition.state == Competition.State.CLOSED:
        return Standing(badge="Closed", tone="quiet", moment=competition.closed_at)
    phase = current_phase(competition, now)
    if phase is not None:
        return Standing(
            badge=phase.title, tone="accent", verb="ends", moment=phase.ends_at, phase=phase
        )
    return _between_phases(competition, now)


def _between_phases(competition: Competition, now: datetime) -> Standing:
    phases = list(competition.phases.all())
    starts = [phase.starts_at for phase in phases if phase.starts_at > now]
    if starts:
        return Standing(badge="Upcoming", tone="live", verb="opens", moment=min(starts))
    if phases:
        last = max(phase.ends_at for phase in phases)
        return Standing(
            badge="Awaiting results", tone="gold", verb="submissions ended", moment=last
        )
    return Standing(badge="Announced", tone="live", verb="dates follow")

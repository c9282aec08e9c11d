"""What the top of a competition's page tells its organizers: where it stands, what comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from competitions.checklist import Check, checklist
from competitions.models import Competition


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence of a higher layer about a competition, and where to read on."""

    good: bool
    text: str
    url: str


Remarker = Callable[[Competition], Remark]
_remarkers: list[Remarker] = []


def add_remarker(remarker: Remarker) -> Remarker:
    """Let a layer above say something of each competition that is not closed."""
    _remarkers.append(remarker)
    return remarker


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """State, check list and addresses of a competition, and what others remark."""

    competition: Competition
    checks: tuple[Check, ...]
    remarks: tuple[Remark, ...]

    @property
    def open_checks(self) -> int:
        """How many required checks did not pass."""
        return sum(1 for check in self.checks if check.required and not check.passed)

    @property
    def to_do(self) -> list[Check]:
        """The checks that did not pass, required ones first."""
        waiting = [check for check in self.checks if not check.passed]
        return sorted(waiting, key=lambda check: not check.required)

    @property
    def passed(self) -> list[Check]:
        """The checks that passed."""
        return [check for check in self.checks if check.passed]

    @property
    def advice(self) -> list[Check]:
        """The checks that did not pass and need not."""
        return [check for check in self.to_do if not check.required]

    @property
    def ready(self) -> bool:
        """Whether it can be published."""
        return self.competition.state == Competition.State.DRAFT and not self.open_checks

    @property
    def publish_url(self) -> str:
        """The page that publishes."""
        return reverse("admin:competitions_competition_publish", args=[self.competition.pk])

    @property
    def change_url(self) -> str:
        """The competition's form."""
        return reverse("admin:competitions_competition_change", args=[self.competition.pk])

    @property
    def submissions_url(self) -> str:
        """The submissions of this competition in the admin."""
        listed = reverse("admin:submissions_submission_changelist")
        return f"{listed}?participation__competition__id__exact={self.competition.pk}"


def desk(competition: Competition) -> Desk:
    """Look at a competition."""
    closed = competition.state == Competition.State.CLOSED
    return Desk(
        competition=competition,
        checks=tuple(checklist(competition)),
        remarks=() if closed else tuple(remark(competition) for remark in _remarkers),
    )

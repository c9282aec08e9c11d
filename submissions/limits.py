"""Who may submit what, when and how often. Every door (API, page, admin) asks here.

Counts are right only while the caller holds the lock of the participation
(``submissions.services.uploads.lock_participation``); without it they are a forecast.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from common.errors import Conflict, Forbidden, LimitExceeded, NotFound
from competitions.models import Competition, Participation, Phase
from competitions.selectors import current_phase, is_organizer, participation_of
from submissions.models import Run, Submission
from submissions.validation.manifest import UploadLimits
from submissions.validation.suffixes import allowed_suffixes

State = Submission.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What a participation has used of a phase; days are calendar days in UTC."""

    phase: Phase
    today: int
    in_phase: int
    unfinished: int

    @property
    def left_today(self) -> int:
        """Submissions that are still possible today."""
        in_phase = self.phase.total_limit - self.in_phase
        return max(0, min(self.phase.daily_limit - self.today, in_phase))


def upload_limits(competition: Competition) -> UploadLimits:
    """Return the limits of one submission's files."""
    return UploadLimits(
        max_bytes=competition.max_upload_bytes,
        max_files=competition.max_files,
        max_file_bytes=competition.max_upload_bytes,
        allowed_suffixes=allowed_suffixes(competition.allowed_formats),
    )


def entered(user: User, competition: Competition) -> Participation:
    """Return the user's participation.

    Raises:
        NotFound: the competition is a draft of others.
        Forbidden: ``not_joined``, ``withdrawn`` or ``disqualified``.
    """
    participation = participation_of(user, competition)
    if participation is None:
        if competition.state == Competition.State.DRAFT and not is_organizer(user, competition):
            raise NotFound(
                "competition_not_found", f"There is no competition “{competition.slug}”."
            )
        raise Forbidden("not_joined", f"Join “{competition.title}” and accept its rules first.")
    if participation.state == Participation.State.WITHDRAWN:
        raise Forbidden("withdrawn", "You have withdrawn; join again to submit.")
    if participation.state == Participation.State.DISQUALIFIED:
        raise Forbidden("disqualified", "The organizers have disqualified this participation.")
    return participation


def check_may_submit(participation: Participation, now: datetime) -> Phase | None:
    """Return the phase that a submission made ``now`` belongs to.

    Baselines skip phases and quotas; for them the phase may be None.

    Raises:
        Conflict: ``competition_closed``, ``phase_closed`` or ``phase_not_started``.
        LimitExceeded: ``daily_limit``, ``total_limit`` or ``concurrent_limit``.
    """
    competition = participation.competition
    if competition.state == Competition.State.CLOSED:
        raise Conflict("competition_closed", f"“{competition.title}” is closed.")
    phase = current_phase(competition, now)
    if participation.is_baseline:
        return phase
    if phase is None:
        raise _no_phase(competition, now)
    _check_quota(quota(participation, phase, now), now)
    return phase


def check_new_content(participation: Participation, manifest_sha256: str) -> None:
    """Refuse the same files twice; raises Conflict ``duplicate_submission``."""
    earlier = (
        participation.submissions.filter(manifest_sha256=manifest_sha256)
        .exclude(state=State.CANCELLED)
        .first()
    )
    if earlier is not None:
        raise Conflict(
            "duplicate_submission",
            f"These are exactly the files of submission {earlier.number}, which has its own "
            "verdict. Change the model, or follow that one.",
        )


def quota(participation: Participation, phase: Phase, now: datetime) -> Quota:
    """Count what the participation has used of ``phase``."""
    charged = charged_submissions(participation).filter(phase=phase)
    return Quota(
        phase=phase,
        today=charged.filter(created_at__gte=_midnight(now)).count(),
        in_phase=charged.count(),
        unfinished=participation.submissions.exclude(state__in=Submission.ENDED).count(),
    )


def charged_submissions(participation: Participation) -> QuerySet[Submission]:
    """Return the submissions that count against quotas.

    Not charged: refused ones, cancelled ones that never ran, and failures of the platform.
    """
    ran = Run.objects.filter(submission=OuterRef("pk"), started_at__isnull=False)
    never_ran = Q(state=State.CANCELLED) & ~Exists(ran.exclude(state=Run.State.LOST))
    ours = Q(state=State.FAILED, error_code="platform_fault")
    return participation.submissions.exclude(state=State.REFUSED).exclude(never_ran).exclude(ours)


def shown_time(moment: datetime) -> str:
    """Write a moment as messages show it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _check_quota(used: Quota, now: datetime) -> None:
    phase = used.phase
    if used.in_phase >= phase.total_limit:
        raise LimitExceeded(
            "total_limit",
            f"The phase “{phase.title}” allows {phase.total_limit} submissions, "
            "and all of them are used.",
        )
    if used.today >= phase.daily_limit:
        raise LimitExceeded("daily_limit", _daily_text(phase, now))
    if used.unfinished >= phase.concurrent_limit:
        raise LimitExceeded(
            "concurrent_limit",
            f"The phase “{phase.title}” allows {phase.concurrent_limit} unfinished submissions "
            "at once. Wait until one has its verdict, or cancel it.",
        )


def _daily_text(phase: Phase, now: datetime) -> str:
    following = _midnight(now) + timedelta(days=1)
    opening = (
        f"The phase “{phase.title}” allows {phase.daily_limit} submissions a day (UTC), and all "
        "of today's are used."
    )
    if following >= phase.ends_at:
        return f"{opening} The phase ends on {shown_time(phase.ends_at)}, before the next day."
    return f"{opening} The next is possible from {shown_time(following)}."


def _no_phase(competition: Competition, now: datetime) -> Conflict:
    phases = competition.phases.all()
    past = [phase for phase in phases if phase.ends_at <= now]
    ahead = min(
        (phase for phase in phases if phase.starts_at > now),
        key=lambda phase: phase.starts_at,
        default=None,
    )
    opens = f"“{ahead.title}” starts on {shown_time(ahead.starts_at)}." if ahead else ""
    if past:
        last = max(past, key=lambda phase: phase.ends_at)
        text = f"The phase “{last.title}” ended on {shown_time(last.ends_at)}. {opens}"
        return Conflict("phase_closed", text.strip())
    if ahead:
        return Conflict("phase_not_started", f"Submissions are not open yet. {opens}")
    return Conflict("phase_closed", "The competition has no phase, so it takes no submissions.")


def _midnight(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

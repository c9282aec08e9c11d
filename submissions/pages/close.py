"""The organizers' page that closes a competition and hands out its awards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from common.errors import DomainError, Forbidden
from competitions.award_sentences import rule_sentence
from competitions.models import Competition
from competitions.page_context import competition_context
from scoring.selectors import is_published
from scoring.services.close import close_competition
from submissions.models import Submission


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show who is unfinished and what will be given; close when the box is ticked."""
    context = competition_context(request, slug, tab="close")
    if not context["is_organizer"]:
        raise Forbidden("organizers_only", "Only its organizers can close a competition.")
    if request.method != "POST":
        return render(request, "submissions/close.html", _preview(context))
    try:
        _check_confirmed(request)
        grants = close_competition(competition=context["competition"], by=request.user)
    except DomainError as error:
        context = _preview(context) | {"problem": error}
        return render(request, "submissions/close.html", context, status=error.status)
    messages.success(request, _closed(context["competition"], len(grants)))
    return redirect("scoring:awards", slug=slug)


def _closed(competition: Competition, prizes: int) -> str:
    if is_published(competition):
        return f"The competition is closed; {prizes} prizes are awarded."
    return "The competition is closed; its results are provisional until you publish them."


def _check_confirmed(request: SignedInRequest) -> None:
    if request.POST.get("confirm") != "yes":
        raise DomainError("not_confirmed", "Tick the box to confirm.", field="confirm")


def _preview(context: dict[str, Any]) -> dict[str, Any]:
    competition: Competition = context["competition"]
    now = timezone.now()
    awards = competition.awards.select_related("task")
    return context | {
        "unfinished": _unfinished(competition),
        "open_phases": [phase for phase in competition.phases.all() if phase.ends_at > now],
        "entries": competition.leaderboard_entries.filter(board="public").count(),
        "awards": [(award, rule_sentence(award)) for award in awards],
    }


def _unfinished(competition: Competition) -> list[Submission]:
    waiting = Submission.objects.filter(participation__competition=competition).exclude(
        state__in=Submission.ENDED
    )
    return list(waiting.select_related("participation__user", "participation__team"))

"""What organizers decide about the files behind a closed competition's scores."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from common.errors import DomainError
from competitions.models import Competition
from competitions.selectors import get_organized
from competitions.services.release_replay import release_replay


@login_required
@require_POST
def release(request: SignedInRequest, slug: str) -> HttpResponse:
    """Release predictions and keys, or labels too, for everybody."""
    competition = get_organized(request.user, slug)
    try:
        if request.POST.get("confirm") != "yes":
            raise DomainError("not_confirmed", "Tick the box to confirm.", field="confirm")
        release_replay(competition=competition, replay=request.POST.get("replay", ""))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        released = Competition.Replay(competition.replay).label
        messages.success(request, f"Released: {released}.")
    return redirect("scoring:awards", slug=slug)

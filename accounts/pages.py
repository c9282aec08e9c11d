"""The profile: who one is, and the access tokens of one's programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.tokens import create_token, revoke_token
from common.errors import DomainError

LIFETIMES = {"7": "1 week", "30": "30 days", "90": "90 days", "365": "1 year"}
USUAL_LIFETIME = "90"


@login_required
@require_safe
def profile(request: SignedInRequest) -> HttpResponse:
    """Show the account and its live tokens."""
    return render(request, "accounts/profile.html", _context(request.user))


@login_required
@require_POST
@never_cache
def create(request: SignedInRequest) -> HttpResponse:
    """Make a token and show its secret, this once."""
    days = request.POST.get("days", "")
    try:
        token, secret = create_token(
            user=request.user,
            name=request.POST.get("name", ""),
            lifetime=timedelta(days=int(days) if days in LIFETIMES else 0),
        )
    except DomainError as error:
        context = _context(request.user) | {"problem": error, "name": request.POST.get("name", "")}
        return render(request, "accounts/profile.html", context, status=error.status)
    context = _context(request.user) | {"made": token, "secret": secret}
    return render(request, "accounts/profile.html", context, status=201)


@login_required
@require_POST
def revoke(request: SignedInRequest, token_id: int) -> HttpResponse:
    """End a token at once."""
    revoke_token(user=request.user, token_id=token_id)
    messages.success(request, "The token is revoked; programs that use it are locked out.")
    return redirect("accounts:profile")


def _context(user: User) -> dict[str, Any]:
    return {
        "tokens": user.access_tokens.filter(revoked_at=None),
        "now": timezone.now(),
        "lifetimes": LIFETIMES,
        "usual_lifetime": USUAL_LIFETIME,
    }

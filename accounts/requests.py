"""The request of somebody who is logged in, for views behind ``login_required``."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request whose user is known."""

    user: User

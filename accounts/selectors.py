"""What a user has."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import AccessToken, User


def kept_tokens(user: User) -> QuerySet[AccessToken]:
    """Return the user's tokens that are not revoked, expired ones included."""
    return user.access_tokens.filter(revoked_at=None)

"""What users have."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from accounts.models import AccessToken, User


def kept_tokens(user: User) -> QuerySet[AccessToken]:
    """Return the user's tokens that are not revoked, expired ones included."""
    return user.access_tokens.filter(revoked_at=None)


def verified_users(users: Iterable[int]) -> set[int]:
    """Return those of the users (by id) who have confirmed an e-mail address."""
    confirmed = EmailAddress.objects.filter(user__in=users, verified=True)
    return set(confirmed.values_list("user_id", flat=True))

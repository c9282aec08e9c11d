"""Access tokens for programs: made, checked, revoked. The secret is shown once and never kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AccessToken, User
from common.errors import Conflict, DomainError, NotFound

PREFIX = "podium_"
LONGEST_LIFE = timedelta(days=366)
# A token's last use is written at most this often, so that reading stays a read.
USE_RESOLUTION = timedelta(minutes=1)


def create_token(
    *, user: User, name: str, lifetime: timedelta = timedelta(days=90)
) -> tuple[AccessToken, str]:
    """Make a token and return it with its secret text, which nobody can read again.

    Raises:
        DomainError: ``token_name_missing`` or ``token_lifetime``.
        Conflict: ``token_name_taken``: a live token of the user has that name.
    """
    name = name.strip()
    if not name or len(name) > 80:
        raise DomainError("token_name_missing", "Give the token a name of 1 to 80 characters.")
    if not timedelta() < lifetime <= LONGEST_LIFE:
        raise DomainError("token_lifetime", "A token lives at least a day and at most 366 days.")
    text = PREFIX + secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            token = AccessToken.objects.create(
                user=user,
                name=name,
                prefix=text[: len(PREFIX) + 5],
                digest=_digest(text),
                expires_at=timezone.now() + lifetime,
            )
    except IntegrityError as error:
        raise Conflict(
            "token_name_taken", f"You have a live token named {name!r}; revoke it or pick another."
        ) from error
    return token, text


def find_user(*, text: str, now: datetime | None = None) -> tuple[User, AccessToken] | None:
    """Return who a token's text stands for, or None when it is unknown, expired or revoked."""
    now = now or timezone.now()
    token = (
        AccessToken.objects.select_related("user")
        .filter(digest=_digest(text), revoked_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if token is None:
        return None
    if token.last_used_at is None or token.last_used_at < now - USE_RESOLUTION:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user, token


def revoke_token(*, user: User, token_id: int) -> None:
    """Make one of the user's tokens useless from now on; raises NotFound for any other."""
    changed = AccessToken.objects.filter(pk=token_id, user=user, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if not changed:
        raise NotFound("token_not_found", "You have no live token with that number.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

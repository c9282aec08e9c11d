"""Publishes the keys that sign records: registered when first used, retired by a rotation."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from common.errors import Conflict
from publications.models import Publication, SigningKey
from publications.services.append import append


class KeyRetired(Conflict):
    """The key file holds a key that was retired; nothing is signed with it."""


def register_key(*, key_id: str, public_pem: str) -> SigningKey:
    """Publish a key before its first signature; raises KeyRetired."""
    known = SigningKey.objects.filter(key_id=key_id).first()
    if known is None:
        known = _publish(key_id, public_pem)
    if known.retired_at is not None:
        raise KeyRetired(
            "signing_key_retired",
            f"The signing key {key_id[:12]} was retired on {known.retired_at:%Y-%m-%d} and signs "
            "nothing more. Run manage.py rotate_signing_key on the host of the key file.",
        )
    return known


def retire_others(*, than: str) -> list[SigningKey]:
    """Retire every key but the one named; their records go on to verify. Needs a transaction."""
    retired = []
    for key in SigningKey.objects.select_for_update().filter(retired_at=None).exclude(key_id=than):
        key.retired_at = timezone.now()
        key.save(update_fields=["retired_at"])
        append(Publication.Kind.KEY_RETIRED, {"key_id": key.key_id})
        retired.append(key)
    return retired


def _publish(key_id: str, public_pem: str) -> SigningKey:
    with transaction.atomic():
        entry = {"public_pem": public_pem, "created_at": timezone.now()}
        key, is_new = SigningKey.objects.get_or_create(key_id=key_id, defaults=entry)
        if is_new:
            append(Publication.Kind.KEY_REGISTERED, {"key_id": key_id})
    return key

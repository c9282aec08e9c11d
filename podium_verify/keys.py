"""The public keys that a record is checked against: a PEM file, or keys.json with their dates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from podium_verify.findings import Unreadable
from scoring.records import key_id, load_public_key


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key with the time in which it signed; None where nothing is known of it."""

    key: Ed25519PublicKey
    created_at: datetime | None = None
    retired_at: datetime | None = None


def read_keys(raw: bytes) -> dict[str, TrustedKey]:
    """Return keys by their id; raises Unreadable."""
    if raw.lstrip().startswith(b"-----BEGIN"):
        key = _public_key(raw)
        return {key_id(key): TrustedKey(key)}
    try:
        listed = json.loads(raw)
        found = [_listed(each) for each in listed]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Unreadable("the keys are neither a PEM file nor the platform's keys.json") from error
    return {key_id(each.key): each for each in found}


def _listed(told: Mapping[str, Any]) -> TrustedKey:
    key = _public_key(told["public_pem"].encode())
    if key_id(key) != told["key_id"]:
        raise Unreadable(f"keys.json names a key {told['key_id'][:16]} that has another id")
    return TrustedKey(key, _time(told["created_at"]), _time(told["retired_at"]))


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


def _public_key(pem: bytes) -> Ed25519PublicKey:
    try:
        return load_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Unreadable("a key is no Ed25519 public key in PEM") from error

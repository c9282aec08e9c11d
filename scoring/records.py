"""Signed statements: who announced what, provable offline.

The signature is Ed25519 over the DSSE pre-authentication encoding of the statement's canonical
JSON (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md), so that bytes signed
for one purpose can't be passed off as another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PAYLOAD_TYPE = "application/vnd.podium.statement+json"


@dataclass(frozen=True, slots=True)
class Signature:
    """``signature`` is base64; ``key_id`` is the sha256 of the raw public key."""

    signature: str
    key_id: str


def canonical(statement: Mapping[str, Any]) -> bytes:
    """Return the one byte form of a statement; raises ValueError for NaN and infinity."""
    return json.dumps(
        statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def sign(statement: Mapping[str, Any], *, key: Ed25519PrivateKey) -> Signature:
    """Sign a statement."""
    raw = key.sign(_pre_authentication_encoding(canonical(statement)))
    return Signature(base64.b64encode(raw).decode(), key_id(key.public_key()))


def verify(statement: Mapping[str, Any], signature: str, *, key: Ed25519PublicKey) -> bool:
    """Tell whether ``signature`` was made over exactly this statement with this key."""
    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, _pre_authentication_encoding(canonical(statement)))
    except (InvalidSignature, binascii.Error):
        return False
    return True


def key_id(key: Ed25519PublicKey) -> str:
    """Return the sha256 of the raw public key, in hexadecimal."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()


def load_key(pem: bytes) -> Ed25519PrivateKey:
    """Read a private key; raises ValueError for anything but an unencrypted Ed25519 PEM."""
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("the signing key is no Ed25519 key")
    return key


def new_key_pem() -> bytes:
    """Return a fresh private key as PEM."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _pre_authentication_encoding(payload: bytes) -> bytes:
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)

"""Signed statements: who announced what, provable offline.

A statement is an in-toto Statement v1 (https://github.com/in-toto/attestation/tree/main/spec/v1)
in a DSSE envelope (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md): an Ed25519
signature over the pre-authentication encoding of the payload's type and bytes, so that bytes
signed for one purpose can't be passed off as another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from common.canonical_json import JsonInvalid, canonical, strict_object

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"


class EnvelopeInvalid(JsonInvalid):
    """A document is no envelope of this form; the text says why."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about: a name, and the sha256 of its bytes in hexadecimal."""

    name: str
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        """Return in-toto's ResourceDescriptor."""
        return {"name": self.name, "digest": {"sha256": self.sha256}}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A signed payload. ``key_id`` is the sha256 of the raw public key, ``signature`` raw bytes."""

    payload: bytes
    key_id: str
    signature: bytes
    payload_type: str = PAYLOAD_TYPE

    @property
    def statement(self) -> dict[str, Any]:
        """What was signed, read from the payload."""
        return strict_object(self.payload)

    def as_dict(self) -> dict[str, Any]:
        """Return the DSSE envelope as JSON values."""
        return {
            "payloadType": self.payload_type,
            "payload": base64.b64encode(self.payload).decode(),
            "signatures": [
                {"keyid": self.key_id, "sig": base64.b64encode(self.signature).decode()}
            ],
        }

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Tell whether the signature was made over exactly this payload with this key."""
        try:
            key.verify(self.signature, pre_authentication_encoding(self.payload_type, self.payload))
        except InvalidSignature:
            return False
        return True


def statement(
    *, predicate_type: str, subject: Iterable[Subject], predicate: Mapping[str, Any]
) -> dict[str, Any]:
    """Return an in-toto Statement v1."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": [each.as_dict() for each in subject],
        "predicateType": predicate_type,
        "predicate": dict(predicate),
    }


def sign(document: Mapping[str, Any], *, key: Ed25519PrivateKey) -> Envelope:
    """Sign a statement; raises ValueError when it holds a number that is not finite."""
    payload = canonical(document)
    signature = key.sign(pre_authentication_encoding(PAYLOAD_TYPE, payload))
    return Envelope(payload=payload, key_id=key_id(key.public_key()), signature=signature)


def read_envelope(document: Mapping[str, Any]) -> Envelope:
    """Read an envelope strictly: one signature, nothing beside what is signed.

    Every part has one spelling, so whatever is changed in a document is either refused here or
    changes what the signature is checked over.

    Raises:
        EnvelopeInvalid: the document has another form.
    """
    _require_fields(document, ("payload", "payloadType", "signatures"), "the envelope")
    signatures = document["signatures"]
    if not isinstance(signatures, Sequence) or isinstance(signatures, str) or len(signatures) != 1:
        raise EnvelopeInvalid("the envelope must hold exactly one signature")
    _require_fields(signatures[0], ("keyid", "sig"), "the signature")
    texts = (document["payloadType"], signatures[0]["keyid"])
    if not all(isinstance(each, str) for each in texts):
        raise EnvelopeInvalid("payloadType and keyid must be text")
    return Envelope(
        payload=_from_base64(document["payload"], "payload"),
        key_id=signatures[0]["keyid"],
        signature=_from_base64(signatures[0]["sig"], "sig"),
        payload_type=document["payloadType"],
    )


def key_id(key: Ed25519PublicKey) -> str:
    """Return the sha256 of the raw public key, in hexadecimal."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()


def public_pem(key: Ed25519PublicKey) -> str:
    """Return a public key as PEM."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def load_public_key(pem: bytes) -> Ed25519PublicKey:
    """Read a public key; raises ValueError for anything but an Ed25519 PEM."""
    key = serialization.load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("the key is no Ed25519 public key")
    return key


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


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that DSSE signs."""
    kind = payload_type.encode("utf-8", "surrogatepass")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _require_fields(document: Any, names: tuple[str, ...], what: str) -> None:
    if not isinstance(document, Mapping):
        raise EnvelopeInvalid(f"{what} must be an object")
    if missing := [name for name in names if name not in document]:
        raise EnvelopeInvalid(f"{what} lacks {', '.join(missing)}")
    if more := sorted(set(document) - set(names)):
        raise EnvelopeInvalid(f"{what} has fields that nobody signed: {', '.join(more)}")


def _from_base64(text: Any, name: str) -> bytes:
    if not isinstance(text, str):
        raise EnvelopeInvalid(f"{name} must be text")
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise EnvelopeInvalid(f"{name} is no base64") from error
    if base64.b64encode(raw).decode() != text:
        raise EnvelopeInvalid(f"{name} is base64 in another spelling than the signer's")
    return raw

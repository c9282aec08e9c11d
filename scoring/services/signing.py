"""Signs statements with the platform's key, which is made on first use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from common.key_files import read_or_make
from scoring import records
from scoring.records import Envelope, Subject


def sign_statement(
    predicate_type: str, subject: Iterable[Subject], predicate: Mapping[str, Any]
) -> Envelope:
    """Sign an in-toto statement as this platform; ``as_dict()`` of the result is what is stored."""
    document = records.statement(
        predicate_type=predicate_type, subject=subject, predicate=predicate
    )
    return records.sign(document, key=platform_key())


def platform_key() -> Ed25519PrivateKey:
    """Return the key in ``settings.SIGNING_KEY``; make it when there is none."""
    return records.load_key(read_or_make(Path(settings.SIGNING_KEY), records.new_key_pem))

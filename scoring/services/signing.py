"""Signs statements with the platform's key, which is made and published on first use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from common.key_files import read_or_make
from publications.services.keys import register_key
from scoring import records
from scoring.records import Envelope, Subject


class Signer:
    """This platform's key, read and published once, for many statements.

    Raises:
        KeyRetired: the key file holds a key that was retired.
    """

    def __init__(self) -> None:
        self._key = platform_key()
        public = self._key.public_key()
        register_key(key_id=records.key_id(public), public_pem=records.public_pem(public))

    def sign_statement(
        self, predicate_type: str, subject: Iterable[Subject], predicate: Mapping[str, Any]
    ) -> Envelope:
        """Sign an in-toto statement; ``as_dict()`` of the result is what is stored."""
        document = records.statement(
            predicate_type=predicate_type, subject=subject, predicate=predicate
        )
        return records.sign(document, key=self._key)


def sign_statement(
    predicate_type: str, subject: Iterable[Subject], predicate: Mapping[str, Any]
) -> Envelope:
    """Sign one in-toto statement as this platform; raises KeyRetired."""
    return Signer().sign_statement(predicate_type, subject, predicate)


def platform_key() -> Ed25519PrivateKey:
    """Return the key in ``settings.SIGNING_KEY``; make it when there is none."""
    return records.load_key(read_or_make(Path(settings.SIGNING_KEY), records.new_key_pem))

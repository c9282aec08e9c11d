"""Replaces the signing key: the new one signs from now on, the old one stays published."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common.key_files import replace_key
from publications.services.keys import register_key, retire_others
from scoring import records
from scoring.services.signing import platform_key

RETIRED_FOLDER = "retired"


@dataclass(frozen=True, slots=True)
class Rotated:
    """The key that signs now, those that signed before, and where the old file was put."""

    key_id: str
    retired: tuple[str, ...]
    kept_at: Path


def rotate_signing_key() -> Rotated:
    """Make a new key, publish it, retire every other one and put the old key file aside.

    The file is replaced last: an end before that leaves the old key in use, and rotating again
    then does all of it.
    """
    path = Path(settings.SIGNING_KEY)
    old = records.key_id(platform_key().public_key())
    pem = records.new_key_pem()
    new = records.load_key(pem).public_key()
    kept_at = path.parent / RETIRED_FOLDER / f"{old}.pem"
    with transaction.atomic():
        register_key(key_id=records.key_id(new), public_pem=records.public_pem(new))
        retired = retire_others(than=records.key_id(new))
        _put_aside(path, kept_at)
        replace_key(path, pem)
    return Rotated(records.key_id(new), tuple(key.key_id for key in retired), kept_at)


def _put_aside(path: Path, kept_at: Path) -> None:
    kept_at.parent.mkdir(mode=0o700, exist_ok=True)
    if not kept_at.exists():
        os.link(path, kept_at)

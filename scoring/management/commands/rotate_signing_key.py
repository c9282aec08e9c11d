"""``manage.py rotate_signing_key``: sign with a new key from now on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from scoring.services.rotate_key import rotate_signing_key


class Command(BaseCommand):
    """Rotates once."""

    help = (
        "Make a new signing key. The old public key stays published, so that old records verify; "
        "its private half is put aside and signs nothing more."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate and say what to do with the old file."""
        done = rotate_signing_key()
        self.stdout.write(f"Signing with {done.key_id} from now on.")
        for key_id in done.retired:
            self.stdout.write(f"Retired: {key_id}. Its records go on to verify.")
        self.stdout.write(
            f"The old private key lies at {done.kept_at}. Nothing needs it: move it off this "
            "machine, or delete it. If it leaked, say so to those who hold records of it."
        )

"""``manage.py verify_log``: follow the chain of the publication log."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from publications.models import Publication
from publications.selectors import verify_log


class Command(BaseCommand):
    """Verifies once; a broken chain is a failure."""

    help = "Check that no entry of the publication log was changed, removed, added or moved."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a hash that somebody noted."""
        parser.add_argument(
            "--noted", metavar="HASH", help="A hash noted earlier, which the log must still hold."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and say what was found."""
        found = verify_log()
        if found.broken is not None:
            raise CommandError(
                f"The log is broken at entry {found.broken.sequence}: {found.broken.reason}. "
                f"The {found.entries} entries before it are whole. Compare with a copy that "
                "somebody downloaded."
            )
        noted = options["noted"]
        if noted and not Publication.objects.filter(hash=noted).exists():
            raise CommandError("The log is whole, but it does not hold the hash that was noted.")
        self.stdout.write(f"{found.entries} entries, the chain is whole. Last hash: {found.head}")

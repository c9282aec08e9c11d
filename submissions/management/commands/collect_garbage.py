"""``manage.py collect_garbage``: delete stored files that nothing refers to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from submissions.services.collect_garbage import collect_garbage


class Command(BaseCommand):
    """Collects once; meant for a daily timer."""

    help = "Delete stored files that are older than a day and that nothing refers to."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the stores to look through."""
        parser.add_argument(
            "stores",
            nargs="*",
            metavar="store",
            default=settings.BLOB_STORES,
            help="Which stores (all when none is named).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect and say how much."""
        unknown = set(options["stores"]) - set(settings.BLOB_STORES)
        if unknown:
            raise CommandError(f"Unknown stores: {', '.join(sorted(unknown))}.")
        done = collect_garbage(stores=options["stores"])
        self.stdout.write(f"{done.files} files deleted, {done.size / 1e6:.1f} MB freed")

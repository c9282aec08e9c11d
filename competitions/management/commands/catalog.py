"""``manage.py catalog``: what tasks can be made of."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from competitions.catalog import catalog, markdown


class Command(BaseCommand):
    """Prints kinds, metrics, tracks and formats."""

    help = "List task kinds, metrics, tracks and formats."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the forms of the list."""
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="as one JSON object")
        form.add_argument("--markdown", action="store_true", help="as docs/catalog.md")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the list in the form that was asked for."""
        if options["json"]:
            self.stdout.write(json.dumps(catalog(), ensure_ascii=False, indent=1))
        elif options["markdown"]:
            self.stdout.write(markdown(), ending="")
        else:
            self._print_names(catalog())

    def _print_names(self, found: dict[str, Any]) -> None:
        for part in ("kinds", "metrics", "tracks", "formats"):
            names = [each.get("slug") or each["name"] for each in found[part]]
            self.stdout.write(f"{part} ({len(names)}): {', '.join(names)}")
        self.stdout.write("All facts: --json, or docs/catalog.md.")

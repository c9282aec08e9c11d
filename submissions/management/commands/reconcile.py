"""``manage.py reconcile``: put back on its way what nobody works on any more."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from submissions.reconcile import reconcile


class Command(BaseCommand):
    """Reconciles once, or again and again."""

    help = "Find runs, checks and scorings without a live lease and queue them again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --every."""
        parser.add_argument("--every", type=float, metavar="SECONDS", help="Repeat until stopped.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once, or every so many seconds until SIGTERM or SIGINT."""
        self._once()
        if not options["every"]:
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.wait(options["every"]):
            self._once()

    def _once(self) -> None:
        repairs = reconcile()
        if any((repairs.runs_lost, repairs.validations, repairs.scorings)):
            self.stdout.write(str(repairs))
        connection.close_if_unusable_or_obsolete()

"""``manage.py infer_worker``: run submissions in sandboxes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from submissions import workers


class Command(BaseCommand):
    """Takes runs from the queues ``gpu`` and ``cpu``."""

    help = "Run submissions in sandboxes. Needs a container engine or bubblewrap, never labels."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --queues and --check."""
        default = ["gpu", "cpu"] if settings.WORKER_GPUS else ["cpu"]
        parser.add_argument("--queues", nargs="+", default=default, choices=["gpu", "cpu"])
        parser.add_argument("--check", action="store_true", help="Only check, take no job.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check queue server and sandbox, then work."""
        try:
            workers.check_queue()
            backend = workers.check_sandbox()
        except workers.WorkerCannotStart as error:
            raise CommandError(f"The infer worker can't start: {error.message}") from error
        self.stdout.write(f"Sandbox {backend.name}; queues {', '.join(options['queues'])}.")
        if not options["check"]:
            workers.clear_leftovers()
            connections.close_all()
            workers.work(options["queues"])

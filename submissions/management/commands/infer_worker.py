"""``manage.py infer_worker``: run submissions in sandboxes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from submissions import workers
from submissions.worker_report import report


class Command(BaseCommand):
    """Takes runs from the queues ``gpu`` and ``cpu``."""

    help = "Run submissions in sandboxes. Needs a container engine or bubblewrap, never labels."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --queues and --check."""
        default = ["gpu", "cpu"] if settings.WORKER_GPUS else ["cpu"]
        parser.add_argument("--queues", nargs="+", default=default, choices=["gpu", "cpu"])
        parser.add_argument("--check", action="store_true", help="Only check, take no job.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check queue server, result key and sandbox, say what holds here, then work."""
        queues = options["queues"]
        try:
            workers.check_queue()
            key = workers.check_result_key()
            host = workers.check_sandbox()
            lines = list(report(host, queues=queues))
        except workers.WorkerCannotStart as error:
            raise CommandError(f"The infer worker can't start: {error.message}") from error
        except DatabaseError as error:
            raise CommandError(
                f"The infer worker can't start: the database does not answer as it should "
                f"({error}). Look at PODIUM_DATABASE_URL, and run manage.py migrate."
            ) from error
        names = ", ".join(queues)
        self.stdout.write(f"Sandbox {host.backend.name}; queues {names}. Result key {key}.")
        for line in lines:
            self.stdout.write(line)
        if not options["check"]:
            workers.clear_leftovers()
            with workers.announced(host, queues=queues):
                workers.work(queues)

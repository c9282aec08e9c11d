"""``manage.py infer_worker``: run submissions in sandboxes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from competitions.guarantees import in_words
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
            host = workers.check_sandbox()
        except workers.WorkerCannotStart as error:
            raise CommandError(f"The infer worker can't start: {error.message}") from error
        self.stdout.write(f"Sandbox {host.backend.name}; queues {', '.join(options['queues'])}.")
        self.stdout.write(f"Holds: {in_words(host.held)}.")
        for guarantee, seen in host.proof.withdrawn.items():
            self.stdout.write(f"Does not hold {guarantee}, though it should: {seen}.")
        if not options["check"]:
            workers.clear_leftovers()
            with workers.announced(host, queues=options["queues"]):
                workers.work(options["queues"])

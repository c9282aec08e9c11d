"""``manage.py sandbox_posture``: print what a run can see and do in a sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sandbox import posture
from sandbox.backend import BackendUnavailable
from sandbox.selection import NAMES
from submissions import sandboxes


class Command(BaseCommand):
    """Looks from inside of a real sandbox of one backend."""

    help = "Print, from inside of a real sandbox, what a run can see and do there (JSON)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --backend."""
        parser.add_argument(
            "--backend",
            choices=NAMES,
            default=settings.SANDBOX_BACKEND,
            help="Which way of isolating runs; the default is this worker's own.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the posture."""
        try:
            backend = sandboxes.named_backend(options["backend"])
            self.stdout.write(posture.look(backend, work_dir=Path(settings.WORK_DIR)), ending="")
        except BackendUnavailable as error:
            raise CommandError(f"No sandbox can be looked at: {error}") from error

"""``manage.py score_worker``: check files of submissions and score predictions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from submissions import queue, workers


class Command(BaseCommand):
    """Takes jobs from the queue ``score``."""

    help = "Check and score submissions. Reads labels, runs no participant's code."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the queue server and the key that seals results, then work."""
        try:
            workers.check_queue()
            key = workers.check_result_key()
        except workers.WorkerCannotStart as error:
            raise CommandError(f"The score worker can't start: {error.message}") from error
        self.stdout.write(f"Queue {queue.SCORE_QUEUE}. Result key {key}.")
        workers.work([queue.SCORE_QUEUE])

"""Django's entry for the submissions app."""

from importlib import import_module

from django.apps import AppConfig
from django.core.checks import Tags, register

from scoring.events import board_changed, rescoring_asked
from scoring.services import obstacles
from submissions.checks import check_kernel_isolation, check_queue_password


class SubmissionsConfig(AppConfig):
    """The submissions app."""

    name = "submissions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Ask for the sandbox and the queue in the check before deployment, and hold results back
        until leading entries were run again."""
        # Models are there only now.
        queue = import_module("submissions.queue")
        board_changed.connect(queue.hear_of_board)
        rescoring_asked.connect(queue.hear_of_rescoring)
        obstacles.register(import_module("submissions.determinism").open_gates)
        register(check_kernel_isolation, Tags.security, deploy=True)
        register(check_queue_password, Tags.security, deploy=True)

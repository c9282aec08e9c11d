"""Django's entry for the submissions app."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from submissions.checks import check_kernel_isolation, check_queue_password


class SubmissionsConfig(AppConfig):
    """The submissions app."""

    name = "submissions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Ask for the sandbox and the queue in the check before deployment."""
        register(check_kernel_isolation, Tags.security, deploy=True)
        register(check_queue_password, Tags.security, deploy=True)

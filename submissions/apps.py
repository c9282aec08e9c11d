"""Django's entry for the submissions app."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from submissions.checks import check_kernel_isolation


class SubmissionsConfig(AppConfig):
    """The submissions app."""

    name = "submissions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Ask for the sandbox in the check before deployment."""
        register(check_kernel_isolation, Tags.security, deploy=True)

"""Django's entry for the submissions app."""

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    """The submissions app."""

    name = "submissions"
    default_auto_field = "django.db.models.BigAutoField"

"""Django's entry for the competitions app."""

from django.apps import AppConfig


class CompetitionsConfig(AppConfig):
    """The competitions app."""

    name = "competitions"
    default_auto_field = "django.db.models.BigAutoField"

"""Django's entry for the publications app."""

from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    """The log of what was published."""

    name = "publications"
    default_auto_field = "django.db.models.BigAutoField"

"""Django's entry for the scoring app."""

from importlib import import_module

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    """The scoring app."""

    name = "scoring"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every metric register its facts, which forms and pages of lower layers read."""
        import_module("scoring.metrics")

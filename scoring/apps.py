"""Django's entry for the scoring app."""

from importlib import import_module

from django.apps import AppConfig

from competitions.events import labels_offered, labels_staged


class ScoringConfig(AppConfig):
    """The scoring app."""

    name = "scoring"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every metric register its facts, which forms and pages of lower layers read, and
        hear of labels that are to be scored."""
        import_module("scoring.metrics")
        # Models are there only now.
        rescoring = import_module("scoring.services.rescoring")
        labels_offered.connect(rescoring.check_open_to_rescoring)
        labels_staged.connect(rescoring.stage_labels)

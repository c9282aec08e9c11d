"""Organizers may release, after the close, what scores are computed from."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("competitions", "0008_determinism_gate")]

    operations = [
        migrations.AddField(
            "competition",
            "replay",
            models.CharField(
                choices=[
                    ("organizers", "Organizers only"),
                    ("predictions", "Predictions and keys, for everybody"),
                    ("labels", "Predictions, keys and labels, for everybody"),
                ],
                default="organizers",
                editable=False,
                help_text="Who may download, after the close, what scores are computed from.",
                max_length=12,
                verbose_name="files for replay",
            ),
        ),
    ]

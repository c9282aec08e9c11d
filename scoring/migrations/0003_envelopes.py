"""Statements become DSSE envelopes. Old signatures were made over DSSE's encoding already."""

import base64
import json

from django.db import migrations, models

_OLD_TYPE = "application/vnd.podium.statement+json"


def _wrap(apps, schema_editor):
    for name in ("ScoreRecord", "AwardGrant"):
        for row in apps.get_model("scoring", name).objects.iterator():
            payload = json.dumps(
                row.statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False
            ).encode()
            row.envelope = {
                "payloadType": _OLD_TYPE,
                "payload": base64.b64encode(payload).decode(),
                "signatures": [{"keyid": row.key_id, "sig": row.signature}],
            }
            row.save(update_fields=["envelope"])


class Migration(migrations.Migration):

    dependencies = [("scoring", "0002_intervals_and_ranks")]

    operations = [
        migrations.AddField("scorerecord", "envelope", models.JSONField(default=dict, editable=False)),
        migrations.AddField("awardgrant", "envelope", models.JSONField(default=dict, editable=False)),
        migrations.RunPython(_wrap, migrations.RunPython.noop),
        migrations.RemoveField("scorerecord", "statement"),
        migrations.RemoveField("scorerecord", "signature"),
        migrations.RemoveField("awardgrant", "statement"),
        migrations.RemoveField("awardgrant", "signature"),
    ]

"""Answers are kept as the text that was sent: a JSON column would give the fields back in another order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [
        migrations.AddField("idempotencykey", "headers", models.JSONField(default=dict)),
        migrations.RemoveField("idempotencykey", "body"),
        migrations.AddField("idempotencykey", "body", models.TextField(default=""), preserve_default=False),
    ]

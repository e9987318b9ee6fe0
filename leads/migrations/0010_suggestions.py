"""Wishes for a definition learned from history."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0009_backtest_leads"),
        ("agreements", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SuggestionRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=100)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting for a worker"), ("running", "Running"), ("done", "Done"), ("failed", "Failed"),
                        ],
                        default="queued", max_length=7,
                    ),
                ),
                ("progress", models.FloatField(default=0, help_text="0 to 1.")),
                ("lease_until", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("evidence", models.JSONField(null=True)),
                ("code", models.CharField(blank=True, help_text="Why it failed, for programs.", max_length=40)),
                ("error", models.TextField(blank=True, help_text="Why it failed, in a sentence.")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="agreements.version"
                    ),
                ),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.AddIndex(
            model_name="suggestionrun",
            index=models.Index(
                models.F("id"), condition=models.Q(state__in=["queued", "running"]), name="suggestion_to_do"
            ),
        ),
    ]

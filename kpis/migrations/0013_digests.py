"""Digests of weeks, and who wants none by mail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0012_verdicts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.CharField(help_text="Such as 2024-W05: the week it is about.", max_length=8)),
                ("readers", models.CharField(choices=[("marketing", "Marketing"), ("sales", "Sales"), ("management", "Management")], max_length=10)),
                ("made_at", models.DateTimeField()),
                ("content", models.JSONField()),
                ("told_at", models.DateTimeField(help_text="When it was handed to the mail; empty: it only stands on the page.", null=True)),
            ],
            options={"ordering": ["-week", "readers"]},
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.UniqueConstraint(fields=("week", "readers"), name="digest_once"),
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.CheckConstraint(condition=models.Q(("readers__in", ["marketing", "sales", "management"])), name="digest_has_readers"),
        ),
        migrations.CreateModel(
            name="DigestDeclined",
            fields=[
                ("user", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+", serialize=False, to=settings.AUTH_USER_MODEL)),
                ("since", models.DateTimeField()),
            ],
            options={"verbose_name_plural": "digests declined"},
        ),
    ]

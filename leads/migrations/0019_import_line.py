"""One import at work at a time, how far it is, and which rows came in corrected."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0018_import_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="repaired",
            field=models.BigIntegerField(default=0, help_text="Rows that were set aside and are in since somebody corrected them."),
        ),
        migrations.AddField(
            model_name="import",
            name="progress",
            field=models.JSONField(default=dict, help_text="How far the pass at work is, and how fast: see pace."),
        ),
        migrations.CreateModel(
            name="ImportLine",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("at_work", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="leads.import")),
            ],
        ),
        migrations.CreateModel(
            name="ImportRepair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.BigIntegerField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("sent", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
                ("actor", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("source", models.ForeignKey(db_column="import_id", on_delete=django.db.models.deletion.CASCADE, related_name="repairs", to="leads.import")),
            ],
        ),
        migrations.AddConstraint(
            model_name="importrepair",
            constraint=models.UniqueConstraint(fields=("source", "line"), name="import_repair_once"),
        ),
    ]

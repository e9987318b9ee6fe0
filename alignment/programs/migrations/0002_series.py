"""Outside numbers by day; and spend that a system knows by an id."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="spend",
            name="external_id",
            field=models.CharField(blank=True, max_length=200, null=True),
        ),
        migrations.AddField(
            model_name="spend",
            name="system",
            field=models.CharField(blank=True, max_length=100, null=True),
        ),
        migrations.AddField(
            model_name="spend",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("metric", models.CharField(max_length=200)),
                ("date", models.DateField()),
                ("value", models.DecimalField(decimal_places=10, max_digits=28)),
                ("channel", models.CharField(blank=True, max_length=200, null=True)),
                ("source", models.CharField(blank=True, max_length=200, null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("import_id", models.BigIntegerField(blank=True, db_index=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("campaign", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="series", to="programs.campaign")),
            ],
            options={
                "verbose_name_plural": "series",
                "ordering": ["metric", "-date", "-id"],
                "constraints": [models.UniqueConstraint(django.db.models.functions.text.Lower("metric"), models.F("date"), models.F("campaign"), models.F("channel"), models.F("source"), name="series_once_a_day", nulls_distinct=False)],
            },
        ),
    ]

"""Where each lead counts in the cells; and leaks of removed leads go when the lead is recomputed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0002_functions"), ("leads", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CohortPlace",
            fields=[
                ("lead_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("source", models.CharField(max_length=200, null=True)),
                ("furthest", models.PositiveIntegerField()),
                ("furthest_in_window", models.PositiveIntegerField()),
            ],
            options={"indexes": [models.Index("day", name="cohort_place_by_day")]},
        ),
        migrations.AlterField(
            model_name="leak",
            name="lead",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="leaks", to="leads.lead"
            ),
        ),
    ]

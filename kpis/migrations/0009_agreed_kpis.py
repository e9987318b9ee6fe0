"""How agreed KPIs stand, and the milestones that were reached."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0008_attribution")]

    operations = [
        migrations.CreateModel(
            name="KpiStanding",
            fields=[
                ("key", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("version_id", models.BigIntegerField()),
                ("period", models.CharField(max_length=10)),
                ("computed_at", models.DateTimeField()),
                ("chance", models.FloatField(null=True)),
                ("median", models.FloatField(null=True)),
                ("low", models.FloatField(null=True)),
                ("high", models.FloatField(null=True)),
                ("expected_date", models.DateField(null=True)),
                ("problem", models.TextField(blank=True)),
                ("changed", models.JSONField(default=dict)),
            ],
            options={"verbose_name": "KPI standing"},
        ),
        migrations.CreateModel(
            name="MilestoneReached",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(help_text="The KPI's.", max_length=100)),
                ("period", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=120)),
                ("threshold", models.DecimalField(decimal_places=6, max_digits=26)),
                ("reached_at", models.DateTimeField()),
                ("noted_at", models.DateTimeField()),
                (
                    "taken_back_at",
                    models.DateTimeField(blank=True, help_text="Since when the facts say otherwise.", null=True),
                ),
            ],
            options={
                "verbose_name_plural": "milestones reached",
                "ordering": ["reached_at", "id"],
                "constraints": [models.UniqueConstraint(fields=("key", "period", "title"), name="milestone_once")],
            },
        ),
    ]

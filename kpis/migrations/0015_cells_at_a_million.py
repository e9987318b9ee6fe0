"""Cells by more cuts and for every start stage, and counts of leaks, changed by difference.

Cells are counted anew at the next recompute; leaks are counted here.
"""

from django.db import migrations, models

FORGET = "DELETE FROM kpis_freshness WHERE what = 'cells'"


COUNT_LEAKS = """
INSERT INTO kpis_leakcount (kind, side, day, opened, closed)
SELECT kind, side, (s.at AT TIME ZONE 'UTC')::date, sum(s.opened), sum(s.closed)
FROM kpis_leak CROSS JOIN LATERAL (VALUES (since, 1, 0), (until, 0, 1)) AS s(at, opened, closed)
WHERE s.at IS NOT NULL
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0014_kept_value_at_risk")]

    operations = [
        migrations.DeleteModel("CohortPlace"),
        migrations.DeleteModel("FunnelCell"),
        migrations.CreateModel(
            name="CohortPlace",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "lead_id", "start", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("lead_id", models.BigIntegerField()),
                ("start", models.PositiveSmallIntegerField()),
                ("anchor", models.DateTimeField()),
                ("day", models.DateField()),
                ("source", models.CharField(max_length=200, null=True)),
                ("channel", models.CharField(max_length=200, null=True)),
                ("campaign", models.BigIntegerField(null=True)),
                ("owner", models.BigIntegerField(null=True)),
                ("team", models.BigIntegerField(null=True)),
                ("segment", models.CharField(max_length=200, null=True)),
                ("territory", models.CharField(max_length=200, null=True)),
                ("furthest", models.PositiveSmallIntegerField()),
                ("furthest_in_window", models.PositiveSmallIntegerField()),
            ],
            options={"indexes": [models.Index("start", "day", name="cohort_place_by_day")]},
        ),
        migrations.CreateModel(
            name="FunnelCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cut", models.CharField(max_length=20)),
                ("start", models.PositiveSmallIntegerField()),
                ("day", models.DateField()),
                ("value", models.CharField(max_length=200, null=True)),
                ("furthest", models.PositiveSmallIntegerField()),
                ("furthest_in_window", models.PositiveSmallIntegerField()),
                ("leads", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cut", "start", "day", "value", "furthest", "furthest_in_window"),
                        name="funnel_cell_once",
                        nulls_distinct=False,
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="LeakCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("side", models.CharField(max_length=10)),
                ("day", models.DateField()),
                ("opened", models.BigIntegerField()),
                ("closed", models.BigIntegerField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("kind", "side", "day"), name="leak_count_once")]},
        ),
        migrations.AddIndex(
            "leak", models.Index("until", name="leak_by_until", condition=models.Q(("until__isnull", False)))
        ),
        migrations.RunSQL(COUNT_LEAKS, migrations.RunSQL.noop),
        migrations.RunSQL(FORGET, FORGET),
    ]

"""What is kept of metrics and KPIs at a million leads: no index that no query reads, no column that nobody writes."""

import django.db.models.deletion
from django.db import migrations, models

NO_KEY = "ALTER TABLE kpis_keptfact DROP CONSTRAINT IF EXISTS kpis_keptfact_pkey"
KEY = "ALTER TABLE kpis_keptfact ADD CONSTRAINT kpis_keptfact_pkey PRIMARY KEY (id)"
UNUSED = ("chance", "median", "low", "high", "expected_date", "problem")
"""Forecasts are kept in one place only, `kpis_keptforecast`."""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0016_pages_at_a_million")]

    operations = [
        *(migrations.RemoveField("KpiStanding", name) for name in UNUSED),
        migrations.RunSQL(NO_KEY, KEY),
        migrations.AddField("KeptFact", "print", models.IntegerField(db_default=0)),
        migrations.AlterField(
            "Leak",
            "lead",
            models.ForeignKey(
                "leads.Lead", on_delete=django.db.models.deletion.DO_NOTHING, related_name="leaks", db_constraint=False
            ),
        ),
    ]

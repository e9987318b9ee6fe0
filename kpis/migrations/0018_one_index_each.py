"""An index on the first column of another one answers nothing that the other does not: it goes, the foreign key stays as it is."""

import django.db.models.deletion
from django.db import migrations, models


GONE = {
    "kpis_leak_lead_id_662e085b": ("kpis_leak", "lead_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0017_metrics_at_a_million"),
        ("leads", "0026_one_index_each"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {table} ({column})")
                for name, (table, column) in GONE.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="leak",
                    name="lead",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="leaks",
                        to="leads.lead",
                    ),
                ),
            ],
        )
    ]

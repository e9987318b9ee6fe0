"""An index on the first column of another one answers nothing that the other does not: it goes, the foreign key stays as it is."""

import django.db.models.deletion
from django.db import migrations, models


GONE = {
    "agreements_signature_version_id_2f1874b6": ("agreements_signature", "version_id"),
    "agreements_version_agreement_id_d84c9bde": ("agreements_version", "agreement_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_last_number"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {table} ({column})")
                for name, (table, column) in GONE.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="signature",
                    name="version",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="agreements.version",
                    ),
                ),
                migrations.AlterField(
                    model_name="version",
                    name="agreement",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="agreements.agreement",
                    ),
                ),
            ],
        )
    ]

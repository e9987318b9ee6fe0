"""An index on the first column of another one answers nothing that the other does not: it goes, the foreign key stays as it is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


GONE = {
    "people_personchange_user_id_6b193a2f": ("people_personchange", "user_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_changes_of_an_import"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {table} ({column})")
                for name, (table, column) in GONE.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="personchange",
                    name="user",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        )
    ]

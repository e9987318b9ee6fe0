"""An index on the first column of another one answers nothing that the other does not: it goes, the foreign key stays as it is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


GONE = {
    "api_idempotencykey_caller_id_f87200bd": ("api_idempotencykey", "caller_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_keep_answers_to_the_byte"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {table} ({column})")
                for name, (table, column) in GONE.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="idempotencykey",
                    name="caller",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        )
    ]

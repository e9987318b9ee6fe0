"""Who was made by an import can leave with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user", name="import_id", field=models.BigIntegerField(blank=True, db_index=True, editable=False, null=True)
        ),
    ]

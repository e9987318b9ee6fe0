"""A forecast that takes long holds for longer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0020_room_for_cells")]

    operations = [
        migrations.AddField(
            "keptforecast", "seconds", models.FloatField(default=0, help_text="How long it took.")
        )
    ]

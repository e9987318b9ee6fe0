"""A change that concerns every lead is one row, which the worker spreads into marks of single leads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0010_suggestions")]

    operations = [
        migrations.CreateModel(
            name="TouchedAll",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cursor", models.BigIntegerField(db_default=0)),
            ],
            options={"verbose_name_plural": "touched all"},
        ),
    ]

"""What the sweep noted waits here until it is told of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0028_inbox_by_index")]

    operations = [
        migrations.CreateModel(
            name="ToTell",
            fields=[
                ("step_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("holder_id", models.BigIntegerField(null=True)),
                ("kept_by_id", models.BigIntegerField(null=True)),
            ],
            options={"verbose_name": "step to tell of", "verbose_name_plural": "steps to tell of"},
        ),
    ]

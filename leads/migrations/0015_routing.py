"""What is carried over when who is available changes, beside whose turn it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0014_working_time")]

    operations = [
        migrations.AddField("turn", "repaid", models.JSONField(default=dict)),
        migrations.AddField("turn", "left", models.BigIntegerField(default=0)),
    ]

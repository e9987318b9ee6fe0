"""What erasure leaves so that old files bring nobody back, the files to delete, and where a consent was given."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0016_duplicates")]

    operations = [
        migrations.AddField(
            model_name="consent", name="source",
            field=models.CharField(help_text="Where they said so: a form, a call, a file.", max_length=100, null=True),
        ),
        migrations.CreateModel(
            name="Erased",
            fields=[
                ("fingerprint", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("lead_id", models.BigIntegerField(db_index=True)),
                ("erased_at", models.DateTimeField()),
            ],
            options={"verbose_name": "erased name"},
        ),
        migrations.CreateModel(
            name="Discarded",
            fields=[
                ("name", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("noted_at", models.DateTimeField()),
            ],
            options={"verbose_name": "file to delete", "verbose_name_plural": "files to delete"},
        ),
    ]

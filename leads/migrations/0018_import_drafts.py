"""Files that somebody is still saying how to read."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0017_privacy"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.CharField(db_index=True, help_text="Where the copy lies, relative to the uploads folder.", max_length=300)),
                ("file_name", models.CharField(max_length=300)),
                ("size", models.BigIntegerField(default=0)),
                ("kind", models.CharField(max_length=12)),
                ("profile", models.JSONField(default=dict)),
                ("profile_name", models.CharField(blank=True, max_length=200)),
                ("basis", models.JSONField(default=dict, help_text="Why each field was proposed: field to sentence; and whose export it is.")),
                ("answers", models.JSONField(default=dict, help_text="What was said about how the file is read: by the question's field.")),
                ("study", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("touched_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True)),
                ("actor", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("checked", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="leads.import")),
            ],
            options={
                "verbose_name": "file being mapped",
                "verbose_name_plural": "files being mapped",
                "ordering": ["-touched_at", "-id"],
            },
        ),
    ]

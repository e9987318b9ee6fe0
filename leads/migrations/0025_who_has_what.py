"""What somebody has in hand is counted from an index of its own; activities of a lead have one index, not two."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0024_progress_at_a_million"),
        ("people", "0004_changes_of_an_import"),
        ("programs", "0002_series"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="activity",
            name="lead",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="activities", to="leads.lead"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                models.F("owner"),
                models.F("stage"),
                condition=models.Q(
                    ("erased_at__isnull", True),
                    ("is_test", False),
                    ("merged_into__isnull", True),
                    ("owner__isnull", False),
                ),
                name="lead_in_hand",
            ),
        ),
    ]

"""What happened of a kind in a window, without reading the log itself: for definitions judged over all leads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0005_stated_consents"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="activity",
            index=models.Index("kind", "at", include=["lead", "recorded_at"], name="activity_by_kind"),
        ),
    ]

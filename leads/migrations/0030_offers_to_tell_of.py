"""Offers made together with many others wait here until their receivers are told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0029_what_is_to_be_told")]

    operations = [
        migrations.CreateModel(
            name="OfferToTell",
            fields=[("handoff_id", models.BigIntegerField(primary_key=True, serialize=False))],
            options={"verbose_name": "offer to tell of", "verbose_name_plural": "offers to tell of"},
        ),
    ]

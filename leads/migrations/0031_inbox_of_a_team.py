"""What a team accepted, the most urgent first, in an order of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0030_offers_to_tell_of")]

    operations = [
        migrations.AddIndex(
            "handoff",
            models.Index(
                "to_team",
                "contact_by",
                "offered_at",
                "id",
                name="handoff_in_hand_of_team",
                condition=models.Q(state="accepted", returned_at=None),
            ),
        ),
    ]

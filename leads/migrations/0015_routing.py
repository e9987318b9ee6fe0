"""Turns are kept as balances that are never reset; what was kept before counted from the last change only, and begins anew. Who
accepted leads is found by an index.
"""

from django.db import migrations, models
from django.db.models.functions import Coalesce

FORGET = "UPDATE leads_turn SET owed = '{}'"


class Migration(migrations.Migration):
    dependencies = [("leads", "0014_working_time")]

    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.RemoveField("turn", "weights"),
        migrations.RemoveField("turn", "whole"),
        migrations.AddIndex(
            "handoff",
            models.Index(
                "decided_by", "offered_at", name="handoff_by_taker", condition=models.Q(("state", "accepted"))
            ),
        ),
        migrations.AddIndex(
            "handoff",
            models.Index(
                "contact_by",
                "offered_at",
                "id",
                name="handoff_in_hand",
                condition=models.Q(("returned_at", None), ("state", "accepted")),
            ),
        ),
        migrations.AddIndex(
            "handoff",
            models.Index(
                models.OrderBy(Coalesce("returned_at", "decided_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="handoff_came_back",
                condition=models.Q(("state", "rejected"), ("returned_at__isnull", False), _connector="OR"),
            ),
        ),
        migrations.AddIndex(
            "handoff", models.Index("to_user", name="handoff_open_of", condition=models.Q(("state", "offered")))
        ),
    ]

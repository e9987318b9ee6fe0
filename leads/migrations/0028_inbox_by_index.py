"""The inbox looks up what somebody accepted by the ids of their open leads, which an index tells."""

from django.db import migrations, models
from django.db.models import F, Q

IN_HAND = Q(("returned_at", None), ("state", "accepted"))
HELD = Q(("erased_at__isnull", True), ("is_test", False), ("merged_into__isnull", True), ("owner__isnull", False))


def index(model: str, name: str, condition: Q, *columns: str) -> migrations.AddIndex:
    return migrations.AddIndex(model, models.Index(*map(F, columns), condition=condition, name=name))


class Migration(migrations.Migration):
    dependencies = [("leads", "0027_who_waits_to_be_judged")]

    operations = [
        migrations.RemoveIndex("lead", "lead_in_hand"),
        index("lead", "lead_in_hand", HELD, "owner", "stage", "id"),
        index("handoff", "handoff_of_in_hand", IN_HAND, "lead"),
    ]

"""The stage set that every installation begins with."""

from datetime import UTC, datetime

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
STAGES = (
    ("inquiry", "Inquiry", 1, "open", "marketing", False),
    ("mql", "MQL", 2, "open", "marketing", False),
    ("sal", "SAL", 3, "open", "sales", True),
    ("sql", "SQL", 4, "open", "sales", True),
    ("opportunity", "Opportunity", 5, "open", "sales", True),
    ("won", "Won", 6, "won", "sales", True),
    ("loyal", "Loyal", 7, "loyal", "sales", True),
    ("recycled", "Recycled", None, "recycled", "marketing", False),
    ("disqualified", "Disqualified", None, "disqualified", "marketing", False),
    ("lost", "Lost", None, "lost", "sales", False),
)


def lay_in(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    version = apps.get_model("leads", "FunnelVersion").objects.create(number=1, in_force_from=BEGINNING)
    keys, stages = apps.get_model("leads", "StageKey"), apps.get_model("leads", "Stage")
    keys.objects.bulk_create(keys(key=row[0]) for row in STAGES)
    stages.objects.bulk_create(
        stages(version=version, key_id=key, title=title, position=position, category=category, side=side, requires_owner=owner)
        for key, title, position, category, side, owner in STAGES
    )


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_guards")]

    operations = [migrations.RunPython(lay_in, migrations.RunPython.noop)]

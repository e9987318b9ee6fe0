"""The limits that every installation begins with: a copy of what the kinds declared on that day."""

from datetime import timedelta

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LIMITS = (
    ("stalled", 30, 14),
    ("forgotten", 30, None),
    ("dropped_customer", 60, None),
)


def lay_in(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    limits = apps.get_model("kpis", "LeakLimit")
    limits.objects.bulk_create(
        limits(kind=kind, limit=timedelta(days=days), quiet=None if quiet is None else timedelta(days=quiet))
        for kind, days, quiet in LIMITS
    )


class Migration(migrations.Migration):
    dependencies = [("kpis", "0003_cohort_place")]

    operations = [migrations.RunPython(lay_in, migrations.RunPython.noop)]

"""The funnel becomes an agreement: the stage set laid in at set-up is its first version, in force from the beginning of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)

RETIRED = ("key", "title", "counts_as")
SETTLED = "SET CONSTRAINTS ALL IMMEDIATE"


def make_agreement(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    funnels = apps.get_model("leads", "FunnelVersion").objects.order_by("number")
    if funnel_is_agreed(apps):  # migrated back and forth: what was agreed cannot be taken away
        versions = apps.get_model("agreements", "Version").objects.filter(agreement__kind="funnel")
        for funnel in funnels:
            funnel.agreement_version = versions.get(number=funnel.number)
            funnel.save()
        return
    funnel = funnels.first()
    if funnel is None:
        return
    stages = apps.get_model("leads", "Stage").objects.filter(version=funnel).order_by("position", "key")
    made = funnel.created_at
    agreement = apps.get_model("agreements", "Agreement").objects.create(kind="funnel", key="default", created_at=made)
    version = apps.get_model("agreements", "Version").objects.create(
        agreement=agreement,
        number=funnel.number,
        step="laid_in",
        terms={"stages": [document(stage) for stage in stages]},
        schema=1,
        created_at=made,
        changed_at=made,
        decided_at=made,
    )
    apps.get_model("agreements", "Period").objects.create(
        agreement=agreement, version=version, during=DateTimeTZRange(BEGINNING, None, "[)"), begun_at=made
    )
    funnel.agreement_version = version
    funnel.save()


def funnel_is_agreed(apps: Apps) -> bool:
    return apps.get_model("agreements", "Agreement").objects.filter(kind="funnel", versions__step="laid_in").exists()


def document(stage: models.Model) -> dict[str, object]:
    said = {
        "key": stage.key_id,
        "title": stage.title,
        "position": stage.position,
        "category": stage.category,
        "side": stage.side,
        "requires_owner": stage.requires_owner,
        "counts_as": stage.counts_as_id,
        "age_days": days(stage.age),
        "quiet_days": days(stage.quiet),
    }
    return {name: value if stage.counts_as_id is None or name in RETIRED else None for name, value in said.items()}


def days(span: timedelta | None) -> int | float | None:
    if span is None:
        return None
    return span.days if not span % DAY else span / DAY


class Migration(migrations.Migration):
    dependencies = [("leads", "0007_qualification"), ("agreements", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="funnelversion",
            name="agreement_version",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agreements.version"
            ),
        ),
        migrations.AlterField(
            model_name="funnelversion",
            name="number",
            field=models.PositiveIntegerField(help_text="That of the agreement's version.", unique=True),
        ),
        migrations.RunPython(make_agreement, migrations.RunPython.noop),
        migrations.RunSQL(SETTLED, SETTLED),
        migrations.AlterField(
            model_name="funnelversion",
            name="agreement_version",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agreements.version"
            ),
        ),
    ]

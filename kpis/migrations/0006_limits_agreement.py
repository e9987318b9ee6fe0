"""The limits become an agreement: what the table of limits says is their first version, in force from the beginning of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)

TRIGGER = """
CREATE FUNCTION kpis_touch_all_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_touched (lead_id) SELECT id FROM leads_lead;
    RETURN NULL;
END $$;
CREATE TRIGGER touch_leads AFTER INSERT OR UPDATE OR DELETE ON kpis_leaklimit
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_touch_all_leads()
"""

UNTRIGGER = "DROP TRIGGER touch_leads ON kpis_leaklimit; DROP FUNCTION kpis_touch_all_leads()"
SETTLED = "SET CONSTRAINTS ALL IMMEDIATE"


def make_agreement(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if apps.get_model("agreements", "Agreement").objects.filter(kind="limits").exists():
        return  # migrated back and forth: what was agreed cannot be taken away
    now = datetime.now(UTC)
    terms = {row.kind: said(row.limit, row.quiet) for row in apps.get_model("kpis", "LeakLimit").objects.order_by("kind")}
    agreement = apps.get_model("agreements", "Agreement").objects.create(kind="limits", key="default", created_at=now)
    version = apps.get_model("agreements", "Version").objects.create(
        agreement=agreement, number=1, step="laid_in", terms=terms, schema=1, created_at=now, changed_at=now, decided_at=now
    )
    apps.get_model("agreements", "Period").objects.create(
        agreement=agreement, version=version, during=DateTimeTZRange(BEGINNING, None, "[)"), begun_at=now
    )


def write_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The limits in force as the table of limits: what a kind does not say, it does not limit."""
    period = apps.get_model("agreements", "Period").objects.filter(
        agreement__kind="limits", agreement__key="default", during__contains=datetime.now(UTC)
    ).select_related("version").first()
    terms = period.version.terms if period else {}
    limits = apps.get_model("kpis", "LeakLimit")
    limits.objects.bulk_create(
        limits(kind=kind, limit=span(of_kind["limit_days"]), quiet=span(of_kind.get("quiet_days")))
        for kind, of_kind in terms.items()
    )


def span(days: float | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)


def said(limit: timedelta, quiet: timedelta | None) -> dict[str, int | float]:
    return {"limit_days": days(limit), **({} if quiet is None else {"quiet_days": days(quiet)})}


def days(span: timedelta) -> int | float:
    return span.days if not span % DAY else span / DAY


class Migration(migrations.Migration):
    dependencies = [("kpis", "0005_touches"), ("agreements", "0002_guards"), ("leads", "0008_funnel_versions")]

    operations = [
        migrations.RunPython(make_agreement, write_back),
        migrations.RunSQL(SETTLED, SETTLED),
        migrations.RunSQL(UNTRIGGER, TRIGGER),
        migrations.DeleteModel("LeakLimit"),
    ]

"""Kept values of metrics: facts, values, revisions, and who waits. What changes without a lead's log being written marks itself: deals
with those of the same customer, spend, outside numbers, what a rate is for, and names by which figures are cut."""

from django.db import migrations, models
from django.db.models.functions import Now

OF_DEALS = """
CREATE FUNCTION kpis_mark_deals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_keptmark (subject, subject_id)
    SELECT 'deal', id FROM changed_rows
    UNION
    SELECT 'deal', d.id FROM leads_deal d WHERE d.company_id IN (SELECT company_id FROM changed_rows)
    UNION
    SELECT 'deal', d.id FROM leads_deal d
    WHERE d.company_id IS NULL AND d.lead_id IN (SELECT lead_id FROM changed_rows WHERE company_id IS NULL);
    RETURN NULL;
END $$
"""
"""A deal that changes may make another one of its customer, as it was and as it is, the first or second win."""

OF_ROWS = """
CREATE FUNCTION kpis_mark_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_keptmark (subject, subject_id) SELECT TG_ARGV[0], id FROM changed_rows;
    RETURN NULL;
END $$
"""

OF_RATES = """
CREATE FUNCTION kpis_mark_what_rates_are_for() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_keptmark (subject, subject_id, cause)
    SELECT 'deal', d.id, 2 FROM leads_deal d
    JOIN (SELECT currency, min(date) AS since FROM changed_rows GROUP BY currency) r ON r.currency = d.currency
    WHERE d.opened_at >= r.since - 1 OR d.closed_at >= r.since - 1
    UNION ALL
    SELECT 'spend', s.id, 2 FROM programs_spend s
    JOIN (SELECT currency, min(date) AS since FROM changed_rows GROUP BY currency) r ON r.currency = s.currency
    WHERE s.ends_on >= r.since;
    RETURN NULL;
END $$
"""
"""A rate is for its day and those after it until the next one; days of the reporting zone begin up to a day before those of UTC."""

OF_NAMES = """
CREATE FUNCTION kpis_mark_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_keptmark (subject, subject_id) VALUES ('all', 0);
    RETURN NULL;
END $$;
CREATE TRIGGER keep_named AFTER UPDATE OF name ON programs_campaign
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION kpis_mark_everything();
CREATE TRIGGER keep_named AFTER UPDATE OF name ON people_team
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION kpis_mark_everything();
CREATE TRIGGER keep_named AFTER UPDATE OF name, email, team_id ON people_user
    FOR EACH ROW WHEN (coalesce(OLD.email, OLD.name) IS DISTINCT FROM coalesce(NEW.email, NEW.name)
                       OR OLD.team_id IS DISTINCT FROM NEW.team_id) EXECUTE FUNCTION kpis_mark_everything()
"""
"""Owners, teams and campaigns are told apart by name: under another one, everything of theirs is counted anew."""

DROP_OF_NAMES = """
DROP TRIGGER keep_named ON programs_campaign; DROP TRIGGER keep_named ON people_team; DROP TRIGGER keep_named ON people_user;
DROP FUNCTION kpis_mark_everything()
"""

EVENTS = {"new": ("INSERT", "NEW"), "changed": ("UPDATE", "NEW"), "was": ("UPDATE", "OLD"), "gone": ("DELETE", "OLD")}


def triggers(table, call):
    return ";".join(
        f"CREATE TRIGGER keep_{name} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed_rows"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {call}"
        for name, (event, rows) in EVENTS.items()
    )


def no_triggers(table):
    return ";".join(f"DROP TRIGGER keep_{name} ON {table}" for name in EVENTS)


CALLS = {
    "leads_deal": "kpis_mark_deals()",
    "programs_spend": "kpis_mark_rows('spend')",
    "programs_series": "kpis_mark_rows('series')",
    "programs_rate": "kpis_mark_what_rates_are_for()",
}

EXACT = "; ".join(
    f"ALTER TABLE {table} ALTER COLUMN {column} TYPE numeric"
    for table, columns in (
        ("kpis_keptfact", ("total",)),
        ("kpis_keptvalue", ("total",)),
        ("kpis_revision", ("old_total", "new_total")),
    )
    for column in columns
)
"""Quotients have more digits than any number of places that one could name."""


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0006_limits_agreement"),
        ("leads", "0021_lead_names"),
        ("programs", "0002_series"),
        ("people", "0004_changes_of_an_import"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=6)),
                ("subject_id", models.BigIntegerField()),
                ("cause", models.SmallIntegerField(db_default=0)),
                ("at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="KeptMetric",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=300, unique=True)),
                ("windowed", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="KeptDue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("metric_id", models.IntegerField()),
                ("grain", models.SmallIntegerField()),
                ("first_day", models.DateField()),
                ("cause", models.SmallIntegerField(db_default=0)),
                ("at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(models.F("grain"), models.F("first_day"), name="kept_due_of_period")],
            },
        ),
        migrations.CreateModel(
            name="KeptFact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("metric_id", models.IntegerField()),
                ("kind", models.SmallIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("waits_until", models.DateTimeField(null=True)),
                ("source_id", models.IntegerField()),
                ("campaign_id", models.IntegerField()),
                ("owner_id", models.IntegerField()),
                ("team_id", models.IntegerField()),
                ("lines", models.IntegerField()),
                ("unknown", models.IntegerField()),
                ("total", models.DecimalField(decimal_places=12, max_digits=40)),
            ],
            options={
                "indexes": [
                    models.Index(models.F("kind"), models.F("subject_id"), name="kept_fact_of_subject"),
                    models.Index(
                        models.F("waits_until"),
                        condition=models.Q(("waits_until__isnull", False)),
                        name="kept_fact_waiting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cut", models.SmallIntegerField()),
                ("name", models.TextField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("cut", "name"), name="kept_group_once")],
            },
        ),
        migrations.CreateModel(
            name="KeptValue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("metric_id", models.IntegerField()),
                ("grain", models.SmallIntegerField()),
                ("first_day", models.DateField()),
                ("cut", models.SmallIntegerField()),
                ("group_id", models.IntegerField()),
                ("lines", models.BigIntegerField(null=True)),
                ("unknown", models.BigIntegerField(default=0)),
                ("total", models.DecimalField(decimal_places=28, max_digits=50, null=True)),
                ("problem", models.TextField(null=True)),
                ("computed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("metric_id", "grain", "cut", "first_day", "group_id"), name="kept_value_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("metric_id", models.IntegerField()),
                ("grain", models.SmallIntegerField()),
                ("first_day", models.DateField()),
                ("cut", models.SmallIntegerField()),
                ("group_id", models.IntegerField()),
                ("old_lines", models.BigIntegerField(null=True)),
                ("old_unknown", models.BigIntegerField(default=0)),
                ("old_total", models.DecimalField(decimal_places=28, max_digits=50, null=True)),
                ("new_lines", models.BigIntegerField(null=True)),
                ("new_unknown", models.BigIntegerField(default=0)),
                ("new_total", models.DecimalField(decimal_places=28, max_digits=50, null=True)),
                (
                    "cause",
                    models.SmallIntegerField(
                        choices=[
                            (0, "late data"),
                            (1, "correction"),
                            (2, "new rates"),
                            (3, "import undone"),
                            (4, "definition"),
                        ]
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        models.F("metric_id"),
                        models.F("grain"),
                        models.F("cut"),
                        models.F("first_day"),
                        name="revision_of_value",
                    ),
                    models.Index(models.F("at"), name="revision_by_at"),
                ],
            },
        ),
        migrations.RunSQL(EXACT, migrations.RunSQL.noop),
        migrations.RunSQL(OF_DEALS, "DROP FUNCTION kpis_mark_deals()"),
        migrations.RunSQL(OF_ROWS, "DROP FUNCTION kpis_mark_rows()"),
        migrations.RunSQL(OF_RATES, "DROP FUNCTION kpis_mark_what_rates_are_for()"),
        *(migrations.RunSQL(triggers(table, call), no_triggers(table)) for table, call in CALLS.items()),
        migrations.RunSQL(OF_NAMES, DROP_OF_NAMES),
    ]

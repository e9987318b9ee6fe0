"""The list of a million leads is found by any filter, in any order and by any part of a name, at the cost of the page it shows.

What a lead is found by and called stands in a row of its own: a move of the lead touches none of its indexes. The pairs of
letters of a text are in terms that every server has; no extension is needed.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import leads.records.models

LETTERS = """
CREATE FUNCTION leads_letters(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    string_to_array(
        regexp_replace(said, '(..)', '\\1' || chr(1), 'g') || chr(1) || regexp_replace(substr(said, 2), '(..)', '\\1' || chr(1), 'g'),
        chr(1))
    || string_to_array(translate(said, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .@-', ''), NULL)
"""

TEXT = """
SELECT {lead}.id,
       upper(' ' || coalesce({lead}.first_name, '') || ' ' || coalesce({lead}.last_name, '') || ' ' || coalesce({lead}.full_name, '')
             || ' ' || coalesce({lead}.email, '') || ' ' || coalesce(c.name, '')),
       lower(coalesce({lead}.full_name, nullif(btrim(coalesce({lead}.first_name, '') || ' ' || coalesce({lead}.last_name, '')), ''),
                      {lead}.email, {lead}.external_id, ''))
"""
OF_LEADS = TEXT.format(lead="l") + " FROM {leads} l LEFT JOIN leads_company c ON c.id = l.company_id"
AGAIN = "ON CONFLICT (lead_id) DO UPDATE SET text = excluded.text, called = excluded.called"

FILL = "INSERT INTO leads_leadtext (lead_id, text, called) " + OF_LEADS.format(leads="leads_lead")

NEW_LEADS = f"""
CREATE FUNCTION leads_text_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_leadtext (lead_id, text, called) {OF_LEADS.format(leads="new_rows")};
    RETURN NULL;
END $$;
CREATE TRIGGER text_of_new AFTER INSERT ON leads_lead REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_text_rows()
"""

CHANGED_LEADS = f"""
CREATE FUNCTION leads_text_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_leadtext (lead_id, text, called) {TEXT.format(lead="NEW")}
    FROM (SELECT) one LEFT JOIN leads_company c ON c.id = NEW.company_id {AGAIN};
    RETURN NULL;
END $$;
CREATE TRIGGER text_of_changed AFTER UPDATE OF first_name, last_name, full_name, email, external_id, company_id ON leads_lead
    FOR EACH ROW WHEN (
        (OLD.first_name, OLD.last_name, OLD.full_name, OLD.email, OLD.external_id, OLD.company_id)
        IS DISTINCT FROM (NEW.first_name, NEW.last_name, NEW.full_name, NEW.email, NEW.external_id, NEW.company_id))
    EXECUTE FUNCTION leads_text_row()
"""

CHANGED_COMPANIES = f"""
CREATE FUNCTION leads_text_of_company() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_leadtext (lead_id, text, called) {OF_LEADS.format(leads="leads_lead")} WHERE l.company_id = NEW.id {AGAIN};
    RETURN NULL;
END $$;
CREATE TRIGGER text_of_company AFTER UPDATE OF name ON leads_company
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION leads_text_of_company()
"""

GONE_LEADS = """
CREATE FUNCTION leads_text_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM leads_leadtext t USING old_rows o WHERE t.lead_id = o.id;
    RETURN NULL;
END $$;
CREATE TRIGGER text_of_gone AFTER DELETE ON leads_lead REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_text_gone()
"""

PROTECT = django.db.models.deletion.PROTECT
ANALYZED = "ANALYZE leads_lead; ANALYZE leads_leadtext; ANALYZE leads_company; ANALYZE leads_stay"


def trigger(create: str, name: str, function: str, table: str = "leads_lead") -> migrations.RunSQL:
    return migrations.RunSQL(create, f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {function}()")


def unindexed(name: str, to: str, **how: object) -> migrations.AlterField:
    """An index that begins with it is there already."""
    how = {"blank": True, "editable": False, "null": True, "related_name": "+", **how}
    return migrations.AlterField("lead", name, models.ForeignKey(db_index=False, on_delete=PROTECT, to=to, **how))


def index(model: str, *what: object, **how: object) -> migrations.AddIndex:
    return migrations.AddIndex(model, models.Index(*what, **how))


def letters(model: str, of: object, name: str) -> migrations.AddIndex:
    found = django.contrib.postgres.indexes.GinIndex(leads.records.models.Letters(of), name=name)
    return migrations.AddIndex(model, found)


Upper = django.db.models.functions.text.Upper
OPEN = models.Q(("until", None))


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0021_lead_names"),
        ("people", "0004_changes_of_an_import"),
        ("programs", "0002_series"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(LETTERS, "DROP FUNCTION leads_letters(text)"),
        migrations.CreateModel(
            name="LeadText",
            fields=[
                (
                    "lead",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="text",
                        serialize=False,
                        to="leads.lead",
                    ),
                ),
                ("text", models.TextField()),
                ("called", models.TextField()),
            ],
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        index("leadtext", "called", "lead", name="lead_text_called"),
        letters("leadtext", "text", "lead_text_letters"),
        trigger(NEW_LEADS, "text_of_new", "leads_text_rows"),
        trigger(CHANGED_LEADS, "text_of_changed", "leads_text_row"),
        trigger(CHANGED_COMPANIES, "text_of_company", "leads_text_of_company", "leads_company"),
        trigger(GONE_LEADS, "text_of_gone", "leads_text_gone"),
        unindexed("campaign", "programs.campaign"),
        unindexed("merged_into", "leads.lead", related_name="merged"),
        unindexed("owner", settings.AUTH_USER_MODEL),
        unindexed("stage", "leads.stagekey", db_column="stage"),
        unindexed("team", "people.team"),
        index("lead", "merged_into", name="lead_by_survivor", condition=models.Q(("merged_into__isnull", False))),
        index("lead", "created_at", "id", name="lead_by_test", condition=models.Q(("is_test", True))),
        index("lead", "system", name="lead_by_system"),
        index("lead", Upper("channel"), name="lead_by_channel"),
        index("lead", Upper("segment"), name="lead_by_segment"),
        index("lead", Upper("territory"), name="lead_by_territory"),
        migrations.AlterField(
            "stay",
            "lead",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="stays",
                to="leads.lead",
            ),
        ),
        index("stay", "at", "lead", name="stay_open", condition=OPEN),
        index("stay", "stage", "at", "lead", name="stay_open_by_stage", condition=OPEN),
        migrations.RunSQL(ANALYZED, migrations.RunSQL.noop),
    ]

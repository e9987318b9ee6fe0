"""Guards in the database: logs are appended to and nothing else; and the step that tells held rows."""

from django.db import migrations

LOGS = (
    "leads_stagechange",
    "leads_stagevoid",
    "leads_leadvalue",
    "leads_activity",
    "leads_consent",
    "people_personchange",
)

GUARD = """
CREATE FUNCTION leads_log_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('alignment.removal', true) = 'on' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION '% is an append-only log: correct a row with a void, remove it through leads.removal', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION leads_log_guard();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION leads_log_guard()
"""

UNTRIGGER = "DROP TRIGGER append_only ON {table}; DROP TRIGGER no_truncate ON {table}"

HOLD = """
CREATE FUNCTION leads_hold_step(state int, "position" int, closes bool, reopens bool) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE
        WHEN "position" IS NULL THEN 0
        WHEN NOT reopens AND "position" < state THEN state
        WHEN closes THEN "position"
        ELSE 0
    END;
END $$;
CREATE AGGREGATE leads_hold(int, bool, bool) (SFUNC = leads_hold_step, STYPE = int, INITCOND = '0')
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial"), ("people", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARD, "DROP FUNCTION leads_log_guard()"),
        *(migrations.RunSQL(TRIGGER.format(table=table), UNTRIGGER.format(table=table)) for table in LOGS),
        migrations.RunSQL(HOLD, "DROP AGGREGATE leads_hold(int, bool, bool); DROP FUNCTION leads_hold_step(int, int, bool, bool)"),
    ]

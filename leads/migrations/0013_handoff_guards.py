"""Guards of handoffs in the database: what was offered stays as it was, a decision falls once, nothing leaves but by the door."""

from django.db import migrations

LOGS = ("leads_deadline", "leads_handoffstep")

TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION leads_log_guard();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION leads_log_guard()
"""
UNTRIGGER = "DROP TRIGGER append_only ON {table}; DROP TRIGGER no_truncate ON {table}"

GUARDED = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('alignment.removal', true) = 'on' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP <> 'UPDATE' OR {changed} THEN
        RAISE EXCEPTION '%: {why}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarded BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION leads_log_guard()
"""
UNGUARDED = "DROP TRIGGER guarded ON {table}; DROP TRIGGER no_truncate ON {table}; DROP FUNCTION {name}()"

HANDOFF_CHANGED = """
       (OLD.lead_id, OLD.rule_id, OLD.rule_key, OLD.origin, OLD.replaces_id, OLD.from_stage, OLD.to_stage, OLD.from_side,
        OLD.to_side, OLD.from_team_id, OLD.from_user_id, OLD.to_team_id, OLD.to_user_id, OLD.offered_by_id, OLD.qualified_at,
        OLD.offered_at, OLD.recorded_at, OLD.calendar_id)
       IS DISTINCT FROM
       (NEW.lead_id, NEW.rule_id, NEW.rule_key, NEW.origin, NEW.replaces_id, NEW.from_stage, NEW.to_stage, NEW.from_side,
        NEW.to_side, NEW.from_team_id, NEW.from_user_id, NEW.to_team_id, NEW.to_user_id, NEW.offered_by_id, NEW.qualified_at,
        NEW.offered_at, NEW.recorded_at, NEW.calendar_id)
    OR OLD.state <> 'offered' AND (OLD.state, OLD.decided_at, OLD.decided_recorded_at, OLD.decided_by_id)
       IS DISTINCT FROM (NEW.state, NEW.decided_at, NEW.decided_recorded_at, NEW.decided_by_id)
    OR OLD.returned_at IS NOT NULL AND (OLD.returned_at, OLD.returned_recorded_at, OLD.returned_by_id)
       IS DISTINCT FROM (NEW.returned_at, NEW.returned_recorded_at, NEW.returned_by_id)
    OR OLD.reason IS NOT NULL AND (OLD.reason, OLD.reason_recorded_at) IS DISTINCT FROM (NEW.reason, NEW.reason_recorded_at)
"""
HOLD_CHANGED = """
       (OLD.handoff_id, OLD.began_at, OLD.ends_by, OLD.reason, OLD.by_id) IS DISTINCT FROM
       (NEW.handoff_id, NEW.began_at, NEW.ends_by, NEW.reason, NEW.by_id)
    OR OLD.ended_at IS NOT NULL AND (OLD.ended_at, OLD.ended_by_id) IS DISTINCT FROM (NEW.ended_at, NEW.ended_by_id)
"""
NEED_CHANGED = """
       (OLD.lead_id, OLD.rule_id, OLD.qualified_at, OLD.recorded_at) IS DISTINCT FROM
       (NEW.lead_id, NEW.rule_id, NEW.qualified_at, NEW.recorded_at)
    OR OLD.no_receiver_at IS NOT NULL AND OLD.no_receiver_at IS DISTINCT FROM NEW.no_receiver_at
    OR OLD.ended_at IS NOT NULL AND (OLD.ended_at, OLD.handoff_id) IS DISTINCT FROM (NEW.ended_at, NEW.handoff_id)
"""


def log(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(TRIGGER.format(table=table), UNTRIGGER.format(table=table))


def guard(table: str, changed: str, why: str) -> migrations.RunSQL:
    names = {"table": table, "name": f"{table}_guard"}
    return migrations.RunSQL(GUARDED.format(changed=changed, why=why, **names), UNGUARDED.format(**names))


class Migration(migrations.Migration):
    dependencies = [("leads", "0012_handoffs"), ("leads", "0002_guards")]

    operations = [
        *(log(table) for table in LOGS),
        guard("leads_handoff", HANDOFF_CHANGED, "what was offered and what was decided stays as it was"),
        guard("leads_hold", HOLD_CHANGED, "a hold begins once and ends once"),
        guard("leads_need", NEED_CHANGED, "what a lead qualified for stays as it was"),
    ]

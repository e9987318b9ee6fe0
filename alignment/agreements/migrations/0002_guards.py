"""Guards in the database: what was proposed stays as it is, signatures and comments are appended, one version holds at a time."""

from django.db import migrations

ONE_AT_A_TIME = """
ALTER TABLE agreements_period ADD CONSTRAINT one_version_in_force_at_a_time
    EXCLUDE USING gist (int8range(agreement_id, agreement_id, '[]') WITH &&, during WITH &&)
"""

APPEND_ONLY = """
CREATE FUNCTION agreements_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: what was signed, said or in force stays', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON agreements_signature FOR EACH ROW EXECUTE FUNCTION agreements_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON agreements_comment FOR EACH ROW EXECUTE FUNCTION agreements_append_only();
CREATE TRIGGER no_delete BEFORE DELETE ON agreements_period FOR EACH ROW EXECUTE FUNCTION agreements_append_only();
CREATE TRIGGER no_delete BEFORE DELETE ON agreements_override FOR EACH ROW EXECUTE FUNCTION agreements_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON agreements_signature FOR EACH STATEMENT EXECUTE FUNCTION agreements_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON agreements_version FOR EACH STATEMENT EXECUTE FUNCTION agreements_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON agreements_period FOR EACH STATEMENT EXECUTE FUNCTION agreements_append_only()
"""

UNAPPEND = """
DROP TRIGGER append_only ON agreements_signature;
DROP TRIGGER append_only ON agreements_comment;
DROP TRIGGER no_delete ON agreements_period;
DROP TRIGGER no_delete ON agreements_override;
DROP TRIGGER no_truncate ON agreements_signature;
DROP TRIGGER no_truncate ON agreements_version;
DROP TRIGGER no_truncate ON agreements_period;
DROP FUNCTION agreements_append_only()
"""

VERSIONS = """
CREATE FUNCTION agreements_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wording_stays bool;
    steps_on bool;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.step = 'draft' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'version % of an agreement is no draft: it cannot be deleted', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    wording_stays := (NEW.terms, NEW.schema, NEW.note, NEW.author_id, NEW.created_at, NEW.effective_from, NEW.review_by, NEW.restored_from_id)
        IS NOT DISTINCT FROM
        (OLD.terms, OLD.schema, OLD.note, OLD.author_id, OLD.created_at, OLD.effective_from, OLD.review_by, OLD.restored_from_id);
    steps_on := (NEW.step, NEW.proposed_by_id, NEW.proposed_at, NEW.decided_by_id, NEW.decided_at, NEW.reason, NEW.based_on_id)
        IS DISTINCT FROM
        (OLD.step, OLD.proposed_by_id, OLD.proposed_at, OLD.decided_by_id, OLD.decided_at, OLD.reason, OLD.based_on_id);
    IF (NEW.id, NEW.agreement_id, NEW.number) IS DISTINCT FROM (OLD.id, OLD.agreement_id, OLD.number) THEN
        RAISE EXCEPTION 'a version stays the version it is' USING ERRCODE = 'restrict_violation';
    ELSIF OLD.step = 'draft' THEN
        RETURN NEW;
    ELSIF OLD.step = 'laid_in' AND NEW.step = 'laid_in' AND NOT EXISTS (
        SELECT FROM agreements_version v WHERE v.agreement_id = OLD.agreement_id AND v.step IN ('signed', 'overridden')) THEN
        RETURN NEW;
    ELSIF NOT wording_stays THEN
        RAISE EXCEPTION 'version % of an agreement was proposed: its wording stays', OLD.id USING ERRCODE = 'restrict_violation';
    ELSIF steps_on AND OLD.step <> 'proposed' THEN
        RAISE EXCEPTION 'version % of an agreement is decided', OLD.id USING ERRCODE = 'restrict_violation';
    ELSIF steps_on AND NEW.step NOT IN ('signed', 'overridden', 'rejected', 'withdrawn') THEN
        RAISE EXCEPTION 'version % of an agreement cannot become %', OLD.id, NEW.step USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_guard BEFORE UPDATE OR DELETE ON agreements_version
    FOR EACH ROW EXECUTE FUNCTION agreements_version_guard()
"""

PERIODS = """
CREATE FUNCTION agreements_period_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.agreement_id, NEW.version_id) IS DISTINCT FROM (OLD.id, OLD.agreement_id, OLD.version_id)
        OR NOT NEW.during <@ OLD.during OR (NOT isempty(NEW.during) AND lower(NEW.during) <> lower(OLD.during)) THEN
        RAISE EXCEPTION 'a period may end earlier than was settled, and nothing else' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER period_guard BEFORE UPDATE ON agreements_period FOR EACH ROW EXECUTE FUNCTION agreements_period_guard()
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial")]

    operations = [
        migrations.RunSQL(ONE_AT_A_TIME, "ALTER TABLE agreements_period DROP CONSTRAINT one_version_in_force_at_a_time"),
        migrations.RunSQL(APPEND_ONLY, UNAPPEND),
        migrations.RunSQL(VERSIONS, "DROP TRIGGER version_guard ON agreements_version; DROP FUNCTION agreements_version_guard()"),
        migrations.RunSQL(PERIODS, "DROP TRIGGER period_guard ON agreements_period; DROP FUNCTION agreements_period_guard()"),
    ]

"""The rest of the guards: what an agreement is about stays, only what is before the sides is signed, overrides end once."""

from django.db import migrations, models

GUARDS = """
CREATE FUNCTION agreements_agreement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what an agreement is about stays' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER agreement_guard BEFORE UPDATE OR DELETE ON agreements_agreement
    FOR EACH ROW EXECUTE FUNCTION agreements_agreement_guard();

CREATE FUNCTION agreements_signature_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM agreements_version v WHERE v.id = NEW.version_id AND v.step IN ('proposed', 'overridden')) THEN
        RAISE EXCEPTION 'version % of an agreement is not before the sides: it cannot be signed', NEW.version_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signature_guard BEFORE INSERT ON agreements_signature
    FOR EACH ROW EXECUTE FUNCTION agreements_signature_guard();

CREATE FUNCTION agreements_override_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.version_id, NEW.operator_id, NEW.at, NEW.reason, NEW.replaced_id)
        IS DISTINCT FROM (OLD.id, OLD.version_id, OLD.operator_id, OLD.at, OLD.reason, OLD.replaced_id)
        OR OLD.regularised_at IS NOT NULL OR OLD.reverted_at IS NOT NULL THEN
        RAISE EXCEPTION 'an override stays as it was; it is signed or taken back, once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER override_guard BEFORE UPDATE ON agreements_override
    FOR EACH ROW EXECUTE FUNCTION agreements_override_guard();

CREATE FUNCTION agreements_steps_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.step NOT IN ('draft', 'laid_in')
        OR TG_OP = 'UPDATE' AND OLD.step = 'draft' AND NEW.step NOT IN ('draft', 'proposed', 'overridden') THEN
        RAISE EXCEPTION 'a version cannot become % without having been proposed', NEW.step USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER steps_guard BEFORE INSERT OR UPDATE ON agreements_version
    FOR EACH ROW EXECUTE FUNCTION agreements_steps_guard()
"""

UNGUARD = """
DROP TRIGGER agreement_guard ON agreements_agreement;
DROP FUNCTION agreements_agreement_guard();
DROP TRIGGER signature_guard ON agreements_signature;
DROP FUNCTION agreements_signature_guard();
DROP TRIGGER override_guard ON agreements_override;
DROP FUNCTION agreements_override_guard();
DROP TRIGGER steps_guard ON agreements_version;
DROP FUNCTION agreements_steps_guard()
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_guards")]

    operations = [
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.AddField(
            model_name="backtest",
            name="attempts",
            field=models.PositiveIntegerField(default=0, help_text="How often a worker began it."),
        ),
    ]

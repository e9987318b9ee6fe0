"""Facts about leaks that are not a lead's own: whoever changes them, the leads concerned wait for recomputing.

A person who was deactivated or changed teams: the leads they ever owned. (Somebody new owns none.) A limit: every lead.
"""

from django.db import migrations

OF_PEOPLE = """
CREATE FUNCTION kpis_touch_leads_of_people() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved bigint[];
BEGIN
    SELECT array_agg(DISTINCT n.user_id) INTO moved FROM new_rows n
    WHERE EXISTS (SELECT FROM people_personchange p WHERE p.user_id = n.user_id AND p.id < n.id);
    IF moved IS NOT NULL THEN
        INSERT INTO leads_touched (lead_id)
        SELECT DISTINCT lead_id FROM leads_leadvalue WHERE field = 'owner' AND ref = ANY(moved);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER touch_leads AFTER INSERT ON people_personchange REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_touch_leads_of_people()
"""

OF_ALL = """
CREATE FUNCTION kpis_touch_all_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_touched (lead_id) SELECT id FROM leads_lead;
    RETURN NULL;
END $$;
CREATE TRIGGER touch_leads AFTER INSERT OR UPDATE OR DELETE ON kpis_leaklimit
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_touch_all_leads()
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0004_limits"), ("leads", "0001_initial"), ("people", "0001_initial")]

    operations = [
        migrations.RunSQL(
            OF_PEOPLE, "DROP TRIGGER touch_leads ON people_personchange; DROP FUNCTION kpis_touch_leads_of_people()"
        ),
        migrations.RunSQL(OF_ALL, "DROP TRIGGER touch_leads ON kpis_leaklimit; DROP FUNCTION kpis_touch_all_leads()"),
    ]

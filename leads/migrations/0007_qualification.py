"""Qualification by definitions: who waits, what was judged, what fields held before, and the version on a stage change.

Whoever writes a fact that a definition can ask about, the leads concerned wait to be judged from the same transaction on:
triggers on the facts themselves see to it, one statement a statement.
"""

import django.db.models.deletion
from django.db import migrations, models

MOMENT = """
CREATE FUNCTION leads_recording_moment() RETURNS timestamptz STABLE LANGUAGE sql AS $$
    SELECT coalesce(nullif(current_setting('alignment.moment', true), '')::timestamptz, clock_timestamp())
$$
"""

NEW_LEADS = """
CREATE FUNCTION leads_qualify_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_toqualify (lead_id) SELECT id FROM changed_rows;
    RETURN NULL;
END $$;
CREATE TRIGGER qualify_new AFTER INSERT ON leads_lead REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_qualify_rows()
"""

CHANGED_LEADS = """
CREATE FUNCTION leads_qualify_changed_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH changed AS MATERIALIZED (
        SELECT id, source, channel, campaign_id, country, title, segment, territory, email <> '' AS has_email, email_usable,
               phone_usable, created_at, company_id, attributes FROM old_rows
        EXCEPT
        SELECT id, source, channel, campaign_id, country, title, segment, territory, email <> '', email_usable,
               phone_usable, created_at, company_id, attributes FROM new_rows
    ),
    stand_elsewhere AS (
        SELECT id, stage, is_test, merged_into_id, erased_at FROM old_rows
        WHERE current_setting('alignment.judging', true) IS DISTINCT FROM 'on'
        EXCEPT
        SELECT id, stage, is_test, merged_into_id, erased_at FROM new_rows
    ),
    past AS (
        INSERT INTO leads_fieldspast (lead_id, until, values)
        SELECT id, leads_recording_moment(), jsonb_build_object(
            'source', source, 'channel', channel, 'campaign_id', campaign_id, 'country', country, 'title', title,
            'segment', segment, 'territory', territory, 'email', CASE WHEN has_email THEN 'known' END,
            'email_usable', email_usable, 'phone_usable', phone_usable, 'created_at', created_at,
            'company_id', company_id, 'attributes', attributes)
        FROM changed
        ON CONFLICT (lead_id, until) DO NOTHING
    )
    INSERT INTO leads_toqualify (lead_id) SELECT id FROM changed UNION SELECT id FROM stand_elsewhere;
    RETURN NULL;
END $$;
CREATE TRIGGER qualify_changed AFTER UPDATE ON leads_lead REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_qualify_changed_leads()
"""
# What was and is no more is found by EXCEPT: plans are kept for the length of a session, and a join that was planned for one
# row would take minutes for ten thousand. For the same reason leads are looked up one company at a time (OFFSET 0).

CHANGED_COMPANIES = """
CREATE FUNCTION leads_qualify_leads_of_companies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH changed AS MATERIALIZED (
        SELECT id, name, domain, industry, country, employees, annual_revenue, attributes FROM old_rows
        EXCEPT
        SELECT id, name, domain, industry, country, employees, annual_revenue, attributes FROM new_rows
    ),
    past AS (
        INSERT INTO leads_fieldspast (company_id, until, values)
        SELECT id, leads_recording_moment(), jsonb_build_object(
            'name', name, 'domain', domain, 'industry', industry, 'country', country, 'employees', employees,
            'annual_revenue', annual_revenue, 'attributes', attributes)
        FROM changed
        ON CONFLICT (company_id, until) DO NOTHING
    )
    INSERT INTO leads_toqualify (lead_id)
    SELECT l.id FROM changed CROSS JOIN LATERAL (SELECT id FROM leads_lead WHERE company_id = changed.id OFFSET 0) l;
    RETURN NULL;
END $$;
CREATE TRIGGER qualify_leads AFTER UPDATE ON leads_company REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_qualify_leads_of_companies()
"""

RENAMED_CAMPAIGNS = """
CREATE FUNCTION leads_qualify_leads_of_campaigns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_toqualify (lead_id)
    WITH renamed AS MATERIALIZED (SELECT id, name FROM old_rows EXCEPT SELECT id, name FROM new_rows)
    SELECT l.id FROM renamed CROSS JOIN LATERAL (SELECT id FROM leads_lead WHERE campaign_id = renamed.id OFFSET 0) l
    UNION
    SELECT a.lead_id FROM renamed
    CROSS JOIN LATERAL (SELECT lead_id FROM leads_activity WHERE campaign_id = renamed.id OFFSET 0) a;
    RETURN NULL;
END $$;
CREATE TRIGGER qualify_leads AFTER UPDATE ON programs_campaign REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_qualify_leads_of_campaigns()
"""

FACTS = """
CREATE FUNCTION leads_qualify_leads_of_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('alignment.judging', true) IS DISTINCT FROM 'on' THEN
        INSERT INTO leads_toqualify (lead_id) SELECT DISTINCT lead_id FROM changed_rows;
    END IF;
    RETURN NULL;
END $$
"""

OF_FACT = """
CREATE TRIGGER qualify_new AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_qualify_leads_of_facts();
CREATE TRIGGER qualify_changed AFTER UPDATE ON {table} REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_qualify_leads_of_facts();
CREATE TRIGGER qualify_gone AFTER DELETE ON {table} REFERENCING OLD TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_qualify_leads_of_facts()
"""

NOT_OF_FACT = """
DROP TRIGGER qualify_new ON {table}; DROP TRIGGER qualify_changed ON {table}; DROP TRIGGER qualify_gone ON {table}
"""


def trigger(create: str, name: str, table: str, function: str) -> migrations.RunSQL:
    return migrations.RunSQL(create, f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {function}()")


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0002_guards"),
        ("leads", "0006_definition_indexes"),
        ("programs", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ToQualify",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lead_id", models.BigIntegerField()),
            ],
            options={"ordering": ["id"], "verbose_name": "lead to qualify", "verbose_name_plural": "leads to qualify"},
        ),
        migrations.CreateModel(
            name="FieldsPast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "lead",
                    models.ForeignKey(
                        null=True, db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE,
                        related_name="fields_past", to="leads.lead",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        null=True, db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE,
                        related_name="fields_past", to="leads.company",
                    ),
                ),
                ("until", models.DateTimeField()),
                ("values", models.JSONField()),
            ],
            options={"verbose_name_plural": "past fields"},
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "lead",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE,
                        related_name="evaluations", to="leads.lead",
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                (
                    "version",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT,
                        related_name="+", to="agreements.version",
                    ),
                ),
                ("through", models.DateTimeField()),
                ("met", models.BooleanField()),
                ("next_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DefinitionRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="definition_run", to="agreements.version"
                    ),
                ),
                ("cursor", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(help_text="Leads there were when it began.")),
                ("done", models.BigIntegerField(default=0)),
                ("moved", models.BigIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.AddField(
            model_name="stagechange",
            name="agreement_version",
            field=models.ForeignKey(
                db_index=False, help_text="The version of a definition that moved the lead.", null=True,
                on_delete=django.db.models.deletion.PROTECT, related_name="stage_changes", to="agreements.version",
            ),
        ),
        migrations.AddIndex(
            model_name="stagechange",
            index=models.Index(
                models.F("agreement_version"), condition=models.Q(agreement_version__isnull=False),
                name="stage_change_by_agreement",
            ),
        ),
        migrations.AddIndex(
            model_name="definitionrun",
            index=models.Index(models.F("id"), condition=models.Q(finished_at=None), name="definition_run_to_do"),
        ),
        migrations.AddIndex(
            model_name="evaluation",
            index=models.Index(
                models.F("next_at"), models.F("lead"), condition=models.Q(next_at__isnull=False), name="evaluation_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.UniqueConstraint(fields=("lead", "key"), name="evaluation_once"),
        ),
        migrations.AddConstraint(
            model_name="fieldspast",
            constraint=models.UniqueConstraint(fields=("lead", "until"), name="past_of_lead_once"),
        ),
        migrations.AddConstraint(
            model_name="fieldspast",
            constraint=models.UniqueConstraint(fields=("company", "until"), name="past_of_company_once"),
        ),
        migrations.RunSQL(MOMENT, "DROP FUNCTION leads_recording_moment()"),
        trigger(NEW_LEADS, "qualify_new", "leads_lead", "leads_qualify_rows"),
        trigger(CHANGED_LEADS, "qualify_changed", "leads_lead", "leads_qualify_changed_leads"),
        trigger(CHANGED_COMPANIES, "qualify_leads", "leads_company", "leads_qualify_leads_of_companies"),
        trigger(RENAMED_CAMPAIGNS, "qualify_leads", "programs_campaign", "leads_qualify_leads_of_campaigns"),
        migrations.RunSQL(FACTS, "DROP FUNCTION leads_qualify_leads_of_facts()"),
        *(
            migrations.RunSQL(OF_FACT.format(table=table), NOT_OF_FACT.format(table=table))
            for table in ("leads_activity", "leads_consent", "leads_stagechange")
        ),
    ]

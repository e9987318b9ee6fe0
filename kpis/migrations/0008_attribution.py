"""Attribution: credits, what was learnt, who waits. Deals that change wait by themselves, and with them those of a person who
changed companies or counts no more, and those in a currency whose rate changed. Where a person was before is remembered."""

from django.db import migrations, models

OF_DEALS = """
CREATE FUNCTION kpis_credit_deals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_creditdue (deal_id) SELECT id FROM changed_rows;
    RETURN NULL;
END $$;
CREATE TRIGGER credit_new AFTER INSERT ON leads_deal REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_credit_deals();
CREATE TRIGGER credit_changed AFTER UPDATE ON leads_deal REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_credit_deals();
CREATE TRIGGER credit_gone AFTER DELETE ON leads_deal REFERENCING OLD TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_credit_deals()
"""
DROP_OF_DEALS = """
DROP TRIGGER credit_new ON leads_deal; DROP TRIGGER credit_changed ON leads_deal; DROP TRIGGER credit_gone ON leads_deal;
DROP FUNCTION kpis_credit_deals()
"""

OF_LEADS = """
CREATE FUNCTION kpis_credit_changed_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH before AS MATERIALIZED (
        SELECT id, company_id, is_test, merged_into_id, created_at FROM old_rows
        EXCEPT
        SELECT id, company_id, is_test, merged_into_id, created_at FROM new_rows
    ),
    moved AS (
        INSERT INTO kpis_pastcompany (lead_id, company_id, since, until)
        SELECT b.id, b.company_id, (SELECT max(p.until) FROM kpis_pastcompany p WHERE p.lead_id = b.id), leads_recording_moment()
        FROM before b
        WHERE b.company_id IS NOT NULL AND NOT EXISTS (SELECT FROM new_rows n WHERE n.id = b.id AND n.company_id = b.company_id)
          AND EXISTS (SELECT FROM leads_company c WHERE c.id = b.company_id)
          AND current_setting('alignment.removal', true) IS DISTINCT FROM 'on'
    )
    INSERT INTO kpis_creditdue (deal_id)
    SELECT d.id FROM before b JOIN leads_deal d ON d.lead_id = b.id
    UNION
    SELECT d.id FROM before b JOIN leads_deal d ON d.company_id = b.company_id
    UNION
    SELECT d.id FROM before b JOIN new_rows n ON n.id = b.id JOIN leads_deal d ON d.company_id = n.company_id;
    RETURN NULL;
END $$;
CREATE TRIGGER credit_changed AFTER UPDATE ON leads_lead REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_credit_changed_leads()
"""

OF_RATES = """
CREATE FUNCTION kpis_credit_deals_of_rates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_creditdue (deal_id) SELECT id FROM leads_deal WHERE currency IN (SELECT currency FROM changed_rows);
    RETURN NULL;
END $$;
CREATE TRIGGER credit_new AFTER INSERT ON programs_rate REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_credit_deals_of_rates();
CREATE TRIGGER credit_changed AFTER UPDATE ON programs_rate REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_credit_deals_of_rates();
CREATE TRIGGER credit_gone AFTER DELETE ON programs_rate REFERENCING OLD TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_credit_deals_of_rates()
"""
DROP_OF_RATES = """
DROP TRIGGER credit_new ON programs_rate; DROP TRIGGER credit_changed ON programs_rate; DROP TRIGGER credit_gone ON programs_rate;
DROP FUNCTION kpis_credit_deals_of_rates()
"""

OF_GONE = """
CREATE FUNCTION kpis_past_of_gone_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM kpis_pastcompany WHERE lead_id IN (SELECT id FROM old_rows);
    RETURN NULL;
END $$;
CREATE FUNCTION kpis_past_of_gone_companies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM kpis_pastcompany WHERE company_id IN (SELECT id FROM old_rows);
    RETURN NULL;
END $$;
CREATE TRIGGER past_company_gone AFTER DELETE ON leads_lead REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_past_of_gone_leads();
CREATE TRIGGER past_company_gone AFTER DELETE ON leads_company REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_past_of_gone_companies()
"""
DROP_OF_GONE = """
DROP TRIGGER past_company_gone ON leads_lead; DROP TRIGGER past_company_gone ON leads_company;
DROP FUNCTION kpis_past_of_gone_leads(); DROP FUNCTION kpis_past_of_gone_companies()
"""

EVERY_DEAL = "INSERT INTO kpis_creditdue (deal_id) SELECT id FROM leads_deal ORDER BY id"

SHARES = ("first", "last", "linear", "position", "w_shaped", "time_decay", "data_driven")


class Migration(migrations.Migration):
    dependencies = [("kpis", "0007_kept_metrics"), ("leads", "0007_qualification"), ("programs", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CreditDue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deal_id", models.BigIntegerField()),
            ],
            options={"verbose_name": "deal to credit", "verbose_name_plural": "deals to credit", "ordering": ["id"]},
        ),
        migrations.CreateModel(
            name="ChannelEffect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=200, null=True)),
                ("effect", models.BigIntegerField()),
                ("conversions", models.FloatField(help_text="What the model as a whole gives the channel.")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("channel",), name="effect_once", nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("deal_id", models.BigIntegerField()),
                ("basis", models.SmallIntegerField(db_default=0)),
                ("place", models.IntegerField()),
                ("activity_id", models.BigIntegerField(null=True)),
                ("lead_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField(null=True)),
                ("campaign_id", models.BigIntegerField(null=True)),
                ("won_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                *((f"share_{name}", models.BigIntegerField()) for name in SHARES),
                *((f"amount_{name}", models.BigIntegerField(null=True)) for name in SHARES),
                ("channel", models.CharField(max_length=200, null=True)),
            ],
            options={"ordering": ["id"], "indexes": [models.Index("deal_id", name="credit_by_deal")]},
        ),
        migrations.CreateModel(
            name="PastCompany",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lead_id", models.BigIntegerField()),
                ("company_id", models.BigIntegerField()),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "past companies",
                "indexes": [
                    models.Index("lead_id", "until", name="past_company_of_lead"),
                    models.Index("company_id", name="past_company_by_company"),
                ],
            },
        ),
        migrations.RunSQL(OF_DEALS, DROP_OF_DEALS),
        migrations.RunSQL(OF_LEADS, "DROP TRIGGER credit_changed ON leads_lead; DROP FUNCTION kpis_credit_changed_leads()"),
        migrations.RunSQL(OF_RATES, DROP_OF_RATES),
        migrations.RunSQL(OF_GONE, DROP_OF_GONE),
        migrations.RunSQL(EVERY_DEAL, migrations.RunSQL.noop),
    ]

"""Duplicates: by what leads are found alike, pairs, merges; and the triggers by which whoever changes waits to be compared."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NEW_LEADS = """
CREATE FUNCTION leads_compare_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_tocompare (lead_id) SELECT id FROM changed_rows;
    RETURN NULL;
END $$;
CREATE TRIGGER compare_new AFTER INSERT ON leads_lead REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_compare_rows()
"""

CHANGED_LEADS = """
CREATE FUNCTION leads_compare_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_tocompare (lead_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER compare_changed
    AFTER UPDATE OF email, phone, first_name, last_name, full_name, company_id, is_test, merged_into_id, erased_at ON leads_lead
    FOR EACH ROW WHEN (
        (OLD.email, OLD.phone, OLD.first_name, OLD.last_name, OLD.full_name, OLD.company_id, OLD.is_test, OLD.merged_into_id, OLD.erased_at)
        IS DISTINCT FROM
        (NEW.email, NEW.phone, NEW.first_name, NEW.last_name, NEW.full_name, NEW.company_id, NEW.is_test, NEW.merged_into_id, NEW.erased_at))
    EXECUTE FUNCTION leads_compare_row()
"""

CHANGED_COMPANIES = """
CREATE FUNCTION leads_compare_leads_of_company() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_tocompare (lead_id) SELECT id FROM leads_lead WHERE company_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER compare_leads AFTER UPDATE OF normal_name, domain ON leads_company
    FOR EACH ROW WHEN ((OLD.normal_name, OLD.domain) IS DISTINCT FROM (NEW.normal_name, NEW.domain))
    EXECUTE FUNCTION leads_compare_leads_of_company()
"""

THE_STOCK = """
INSERT INTO leads_stockrun (phase, cursor, total, done, started_at)
SELECT 'keys', 0, (SELECT count(*) FROM leads_lead), 0, now() WHERE EXISTS (SELECT FROM leads_lead)
"""


def trigger(create: str, name: str, table: str, function: str) -> migrations.RunSQL:
    return migrations.RunSQL(create, f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {function}()")


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0015_routing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ToCompare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead_id', models.BigIntegerField()),
            ],
            options={
                'verbose_name': 'lead to compare',
                'verbose_name_plural': 'leads to compare',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='MatchKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('key', models.CharField(max_length=450)),
                ('lead', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='match_keys', to='leads.lead')),
            ],
            options={
                'indexes': [models.Index(models.F('kind'), models.F('key'), models.F('lead'), name='match_key_shared')],
                'constraints': [models.UniqueConstraint(fields=('lead', 'kind', 'key'), name='match_key_once')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('choices', models.JSONField(default=dict, help_text='By field: whose value was kept, where somebody chose.')),
                ('moved', models.JSONField(default=dict)),
                ('made', models.JSONField(default=dict)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges_away', to='leads.lead')),
                ('survivor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='leads.lead')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('other',), name='merged_once_at_a_time'), models.CheckConstraint(condition=models.Q(('survivor', models.F('other')), _negated=True), name='merged_into_another')],
            },
        ),
        migrations.CreateModel(
            name='Pair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.FloatField(help_text='0 to 1.')),
                ('reasons', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('open', 'To decide'), ('dismissed', 'Not the same'), ('merged', 'Merged')], default='open', max_length=9)),
                ('found_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='leads.lead')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='leads.lead')),
            ],
            options={
                'ordering': ['-score', '-id'],
                'indexes': [models.Index(models.F('state'), models.OrderBy(models.F('score'), descending=True), models.OrderBy(models.F('id'), descending=True), name='pair_to_decide')],
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='pair_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='pair_in_order')],
            },
        ),
        migrations.CreateModel(
            name='StockRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phase', models.CharField(choices=[('keys', 'Laying out what leads are found by'), ('pairs', 'Looking for pairs')], default='keys', max_length=5)),
                ('cursor', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(help_text='Leads there were when it began.')),
                ('done', models.BigIntegerField(default=0, help_text='Leads done, each counted in both phases.')),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(models.Value(1), condition=models.Q(('finished_at', None)), name='one_stock_run_at_a_time')],
            },
        ),
        trigger(NEW_LEADS, "compare_new", "leads_lead", "leads_compare_rows"),
        trigger(CHANGED_LEADS, "compare_changed", "leads_lead", "leads_compare_row"),
        trigger(CHANGED_COMPANIES, "compare_leads", "leads_company", "leads_compare_leads_of_company"),
        migrations.RunSQL(THE_STOCK, migrations.RunSQL.noop),
    ]

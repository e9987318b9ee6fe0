"""Scores: models learned, chances of open leads, and who waits. Leads that are touched wait for their score, while there is a model."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OF_TOUCHED = """
CREATE FUNCTION kpis_score_touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_scoredue (lead_id) SELECT DISTINCT lead_id FROM new_rows
    WHERE EXISTS (SELECT FROM kpis_modelversion WHERE state = 'in_use');
    RETURN NULL;
END $$;
CREATE TRIGGER score_touched AFTER INSERT ON leads_touched REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_score_touched()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0010_forecasts"),
        ("leads", "0011_touched_all"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name='ScoreDue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead_id', models.BigIntegerField()),
            ],
            options={
                'verbose_name_plural': 'scores due',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ModelVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('queued', 'Waiting for a worker'), ('running', 'Learning'), ('in_use', 'In use'), ('kept', 'Replaced'), ('refused', 'Not possible'), ('failed', 'Failed')], default='queued', max_length=7)),
                ('asked_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('trained_at', models.DateTimeField(null=True)),
                ('kind', models.CharField(blank=True, help_text='trees or logistic: which of the two did better.', max_length=10)),
                ('terms', models.JSONField(default=dict, help_text='What was asked, and how it was learned.')),
                ('trained_on', models.JSONField(default=dict, help_text='How many leads, and from when to when.')),
                ('features', models.JSONField(default=list, help_text='What it looks at, by how much that matters.')),
                ('figures', models.JSONField(default=dict, help_text='AUC and Brier of both models on the last part of the past.')),
                ('reliability', models.JSONField(default=list, help_text='What became of those given about the same chance.')),
                ('fitted', models.JSONField(default=dict)),
                ('code', models.CharField(blank=True, help_text='Why there is no model, for programs.', max_length=40)),
                ('error', models.TextField(blank=True, help_text='Why there is no model, in a sentence.')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('lead', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='score', serialize=False, to='leads.lead')),
                ('chance', models.FloatField()),
                ('reasons', models.JSONField(default=list)),
                ('computed_at', models.DateTimeField()),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kpis.modelversion')),
            ],
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'in_use')), fields=('state',), name='one_score_model_in_use'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'queued')), fields=('state',), name='one_score_model_queued'),
        ),
        migrations.AddIndex(
            model_name='score',
            index=models.Index(models.F('chance'), models.F('lead'), name='score_by_chance'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.CheckConstraint(condition=models.Q(('chance__gte', 0), ('chance__lte', 1)), name='score_is_a_chance'),
        ),
        migrations.RunSQL(OF_TOUCHED, "DROP TRIGGER score_touched ON leads_touched; DROP FUNCTION kpis_score_touched()"),
    ]

"""Handoffs: offers and their deadlines, needs, receivers, and whose turn it is."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0004_last_number'),
        ('leads', '0011_touched_all'),
        ('people', '0004_changes_of_an_import'),
        ('programs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ['since'],
            },
        ),
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.CharField(choices=[('accept', 'To accept'), ('contact', 'To first contact')], max_length=7)),
                ('due_at', models.DateTimeField(null=True)),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Handoff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule_key', models.CharField(max_length=100)),
                ('origin', models.CharField(choices=[('rule', 'By a rule'), ('person', 'By hand'), ('reassigned', 'Passed on'), ('rerouted', 'Offered to the next')], max_length=10)),
                ('from_stage', models.CharField(max_length=100)),
                ('to_stage', models.CharField(max_length=100)),
                ('from_side', models.CharField(choices=[('marketing', 'Marketing'), ('sales', 'Sales'), ('partner', 'Partner')], max_length=10)),
                ('to_side', models.CharField(choices=[('marketing', 'Marketing'), ('sales', 'Sales'), ('partner', 'Partner')], max_length=10)),
                ('strategy', models.CharField(max_length=30, null=True)),
                ('why', models.JSONField(default=list, help_text='How the receiver was found, one sentence an item.')),
                ('qualified_at', models.DateTimeField(null=True)),
                ('offered_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('accept_by', models.DateTimeField(null=True)),
                ('contact_by', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('offered', 'Offered'), ('accepted', 'Accepted'), ('rejected', 'Turned down'), ('expired', 'Expired'), ('withdrawn', 'Taken back')], default='offered', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_recorded_at', models.DateTimeField(null=True)),
                ('returned_at', models.DateTimeField(null=True)),
                ('returned_recorded_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(help_text='Key of the agreed reason.', max_length=100, null=True)),
                ('note', models.CharField(max_length=2000, null=True)),
                ('reason_recorded_at', models.DateTimeField(null=True)),
                ('schedule', models.JSONField(default=list)),
                ('step', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'ordering': ['-offered_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='HandoffStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.CharField(choices=[('accept', 'To accept'), ('contact', 'To first contact')], max_length=7)),
                ('what', models.CharField(max_length=20)),
                ('to', models.CharField(max_length=20, null=True)),
                ('due_at', models.DateTimeField()),
                ('done_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=100)),
                ('note', models.CharField(max_length=500, null=True)),
                ('began_at', models.DateTimeField()),
                ('ends_by', models.DateTimeField(help_text='When it ends by itself.')),
                ('ended_at', models.DateTimeField(null=True)),
                ('accept_left', models.FloatField(null=True)),
                ('contact_left', models.FloatField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule_key', models.CharField(max_length=100)),
                ('qualified_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('no_receiver_at', models.DateTimeField(null=True)),
                ('no_receiver', models.CharField(max_length=500, null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_recorded_at', models.DateTimeField(null=True)),
                ('ended_why', models.CharField(max_length=200, null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Receiver',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='receiver', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('takes_leads', models.BooleanField(default=True)),
                ('capacity', models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True)),
                ('period', models.CharField(choices=[('week', 'week'), ('month', 'month')], default='week', max_length=5)),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                ('since', models.DateField(help_text='From when fractions of the capacity are counted.')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='ToRoute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead_id', models.BigIntegerField()),
                ('due_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'lead to route',
                'verbose_name_plural': 'leads to route',
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('pool', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('owed', models.JSONField(default=dict)),
                ('weights', models.JSONField(default=dict)),
                ('whole', models.BigIntegerField(default=1)),
                ('given', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='lead',
            name='offered_team',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, help_text='The team to which it is on open offer; derived from the handoffs, by their door.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(models.F('offered_team'), models.F('created_at'), models.F('id'), condition=models.Q(('offered_team__isnull', False)), name='lead_by_offer'),
        ),
        migrations.AddField(
            model_name='absence',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handoff',
            name='calendar',
            field=models.ForeignKey(help_text='Working time of the receiver at the offer.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.version'),
        ),
        migrations.AddField(
            model_name='handoff',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handoff',
            name='from_team',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team'),
        ),
        migrations.AddField(
            model_name='handoff',
            name='from_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handoff',
            name='lead',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handoffs', to='leads.lead'),
        ),
        migrations.AddField(
            model_name='handoff',
            name='offered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handoff',
            name='replaces',
            field=models.OneToOneField(help_text='The offer this one continues.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='leads.handoff'),
        ),
        migrations.AddField(
            model_name='handoff',
            name='returned_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handoff',
            name='rule',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='handoffs', to='agreements.version'),
        ),
        migrations.AddField(
            model_name='handoff',
            name='to_team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team'),
        ),
        migrations.AddField(
            model_name='handoff',
            name='to_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='deadline',
            name='handoff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='leads.handoff'),
        ),
        migrations.AddField(
            model_name='handoffstep',
            name='handoff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='leads.handoff'),
        ),
        migrations.AddField(
            model_name='hold',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hold',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hold',
            name='handoff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hold_log', to='leads.handoff'),
        ),
        migrations.AddField(
            model_name='need',
            name='handoff',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='need', to='leads.handoff'),
        ),
        migrations.AddField(
            model_name='need',
            name='lead',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='leads.lead'),
        ),
        migrations.AddField(
            model_name='need',
            name='rule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.version'),
        ),
        migrations.AddConstraint(
            model_name='receiver',
            constraint=models.CheckConstraint(condition=models.Q(('capacity', None), ('capacity__gte', 0), _connector='OR'), name='capacity_not_negative'),
        ),
        migrations.AddIndex(
            model_name='toroute',
            index=models.Index(models.F('due_at'), models.F('id'), name='to_route_due'),
        ),
        migrations.AddIndex(
            model_name='toroute',
            index=models.Index(models.F('lead_id'), name='to_route_lead'),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(models.F('user'), models.F('until'), name='absence_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='absence_ends_after_it_begins'),
        ),
        migrations.AddIndex(
            model_name='handoff',
            index=models.Index(models.F('lead'), models.F('offered_at'), models.F('id'), name='handoff_order'),
        ),
        migrations.AddIndex(
            model_name='handoff',
            index=models.Index(models.F('offered_at'), models.F('id'), name='handoff_by_offer'),
        ),
        migrations.AddIndex(
            model_name='handoff',
            index=models.Index(models.F('to_user'), models.F('offered_at'), name='handoff_by_receiver'),
        ),
        migrations.AddIndex(
            model_name='handoff',
            index=models.Index(models.F('to_team'), models.F('offered_at'), name='handoff_by_team'),
        ),
        migrations.AddIndex(
            model_name='handoff',
            index=models.Index(models.F('next_at'), condition=models.Q(('next_at__isnull', False)), name='handoff_due'),
        ),
        migrations.AddIndex(
            model_name='handoff',
            index=models.Index(models.F('to_team'), models.F('accept_by'), condition=models.Q(('state', 'offered')), name='handoff_open'),
        ),
        migrations.AddConstraint(
            model_name='handoff',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'offered')), fields=('lead',), name='one_open_handoff_per_lead'),
        ),
        migrations.AddConstraint(
            model_name='handoff',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['offered', 'accepted', 'rejected', 'expired', 'withdrawn'])), name='handoff_has_a_state'),
        ),
        migrations.AddConstraint(
            model_name='handoff',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_recorded_at', None), ('state', 'offered')), models.Q(models.Q(('state', 'offered'), _negated=True), ('decided_at__isnull', False), ('decided_recorded_at__isnull', False)), _connector='OR'), name='handoff_decided_with_its_time'),
        ),
        migrations.AddConstraint(
            model_name='handoff',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('returned_at', None), ('returned_recorded_at', None)), models.Q(('returned_at__isnull', False), ('returned_recorded_at__isnull', False), ('state', 'accepted')), _connector='OR'), name='handoff_returned_once_accepted'),
        ),
        migrations.AddIndex(
            model_name='deadline',
            index=models.Index(models.F('handoff'), models.F('clock'), models.F('recorded_at'), models.F('id'), name='deadline_order'),
        ),
        migrations.AddConstraint(
            model_name='handoffstep',
            constraint=models.UniqueConstraint(fields=('handoff', 'clock', 'what', 'to', 'due_at'), name='handoff_step_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('handoff',), name='one_hold_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(models.F('lead'), models.F('qualified_at'), name='need_order'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(models.F('qualified_at'), name='need_by_moment'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('lead',), name='one_open_need_per_lead'),
        ),
    ]

"""Channels of chats and what goes to them; mails that leave together, and mails that leave outside of working time."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0001_what_people_are_told'),
        ('people', '0004_changes_of_an_import'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('url', models.TextField()),
                ('wants', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), default=list, size=None)),
                ('active', models.BooleanField(default=True)),
                ('inside', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('failing_since', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Chat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('users', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='Ids of whom it is for, in order.', size=None)),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('path', models.CharField(blank=True, max_length=500)),
                ('urgent', models.BooleanField(default=False, help_text='Leaves outside of working time, too.')),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0, help_text='How often it was tried in vain.')),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('given_up_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'verbose_name': 'chat message',
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='mail',
            name='batch',
            field=models.BigIntegerField(blank=True, help_text='With which others it leaves.', null=True),
        ),
        migrations.AddField(
            model_name='mail',
            name='group',
            field=models.CharField(blank=True, help_text='Leaves with others of it; empty: alone.', max_length=100),
        ),
        migrations.AddField(
            model_name='mail',
            name='urgent',
            field=models.BooleanField(default=False, help_text='Leaves outside of working time, too.'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(models.F('batch'), condition=models.Q(('batch__isnull', False), ('given_up_at', None), ('sent_at', None)), name='mail_batch'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(models.F('address'), models.F('group'), condition=models.Q(('given_up_at', None), ('sent_at', None), models.Q(('group', ''), _negated=True)), name='mail_group'),
        ),
        migrations.AddField(
            model_name='channel',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.team'),
        ),
        migrations.AddField(
            model_name='chat',
            name='channel',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='outbox.channel'),
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='channel_name_once'),
        ),
        migrations.AddIndex(
            model_name='chat',
            index=models.Index(models.F('due_at'), models.F('id'), condition=models.Q(('given_up_at', None), ('sent_at', None)), name='chat_due'),
        ),
        migrations.AddIndex(
            model_name='chat',
            index=models.Index(models.F('sent_at'), condition=models.Q(('sent_at__isnull', False)), name='chat_sent'),
        ),
        migrations.AddIndex(
            model_name='chat',
            index=models.Index(models.F('given_up_at'), condition=models.Q(('given_up_at__isnull', False)), name='chat_given_up'),
        ),
        migrations.AddConstraint(
            model_name='chat',
            constraint=models.UniqueConstraint(fields=('channel', 'key', 'users'), name='chat_once'),
        ),
        migrations.AddConstraint(
            model_name='chat',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at', None), ('given_up_at', None), _connector='OR'), name='chat_sent_or_given_up'),
        ),
    ]

"""Notices and mails: what people are told, and what of it has still to leave the house."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254)),
                ('key', models.CharField(max_length=200)),
                ('subject', models.CharField(max_length=200)),
                ('text', models.TextField(help_text='What it says; greeting, link and footer are added when it is sent.')),
                ('path', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0, help_text='How often it was tried in vain.')),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('given_up_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(models.F('due_at'), models.F('id'), condition=models.Q(('given_up_at', None), ('sent_at', None)), name='mail_due'), models.Index(models.F('sent_at'), condition=models.Q(('sent_at__isnull', False)), name='mail_sent'), models.Index(models.F('given_up_at'), condition=models.Q(('given_up_at__isnull', False)), name='mail_given_up')],
                'constraints': [models.UniqueConstraint(fields=('address', 'key'), name='mail_once'), models.CheckConstraint(condition=models.Q(('sent_at', None), ('given_up_at', None), _connector='OR'), name='mail_sent_or_given_up')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('path', models.CharField(blank=True, help_text='Where it leads, on our own site.', max_length=500)),
                ('created_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['user', '-id'], name='notice_newest'), models.Index(condition=models.Q(('read_at', None)), fields=['user', '-id'], name='notice_unread'), models.Index(models.F('read_at'), condition=models.Q(('read_at__isnull', False)), name='notice_read')],
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='notice_once')],
            },
        ),
    ]

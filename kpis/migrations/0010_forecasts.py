"""Forecasts: what was said on a day and what came of it, and who asked."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kpis', '0009_agreed_kpis'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptForecast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('period', models.CharField(max_length=40)),
                ('until', models.DateTimeField(help_text='When the period is over.')),
                ('day', models.DateField()),
                ('rehearsed', models.BooleanField(default=False)),
                ('computed_at', models.DateTimeField()),
                ('asked', models.TextField(help_text='What was asked, so that another target is another question.')),
                ('low', models.FloatField(null=True)),
                ('median', models.FloatField(null=True)),
                ('high', models.FloatField(null=True)),
                ('line_low', models.FloatField(null=True)),
                ('line', models.FloatField(null=True)),
                ('line_high', models.FloatField(null=True)),
                ('said', models.JSONField(default=dict)),
                ('came', models.FloatField(null=True)),
                ('scored_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['key', 'day'],
                'indexes': [models.Index(models.F('until'), condition=models.Q(('scored_at', None)), name='forecast_to_score')],
                'constraints': [models.UniqueConstraint(fields=('key', 'period', 'day', 'rehearsed'), name='forecast_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Press',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('minute', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'presses',
                'indexes': [models.Index(models.F('key'), models.F('minute'), name='press_by_key')],
                'constraints': [models.UniqueConstraint(fields=('key', 'person', 'minute'), name='press_once_a_minute')],
            },
        ),
    ]

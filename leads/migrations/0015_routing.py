"""Turns are kept as balances that are never reset; what was kept before counted from the last change only, and begins anew."""

from django.db import migrations

FORGET = "UPDATE leads_turn SET owed = '{}'"


class Migration(migrations.Migration):
    dependencies = [("leads", "0014_working_time")]

    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.RemoveField("turn", "weights"),
        migrations.RemoveField("turn", "whole"),
    ]

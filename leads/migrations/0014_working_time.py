"""Working time of calendars, laid out so that statements can count by it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0013_handoff_guards")]

    operations = []

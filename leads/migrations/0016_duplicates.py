"""Duplicates and merges."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0015_routing")]

    operations = []

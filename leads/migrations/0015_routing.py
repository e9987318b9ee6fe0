"""What routing needs beside its tables."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0014_working_time")]

    operations = []

"""What erasure leaves so that old files bring nobody back."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0016_duplicates")]

    operations = []

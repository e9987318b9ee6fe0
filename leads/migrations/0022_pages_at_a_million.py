"""Nothing yet."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0021_lead_names")]

    operations: list[migrations.operations.base.Operation] = []

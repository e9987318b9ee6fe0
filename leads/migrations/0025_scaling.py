"""Nothing yet."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0024_progress_at_a_million")]

    operations: list[migrations.operations.base.Operation] = []

"""Nothing yet."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0016_pages_at_a_million")]

    operations: list[migrations.operations.base.Operation] = []

"""Nothing yet."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0015_cells_at_a_million")]

    operations: list[migrations.operations.base.Operation] = []

"""Nothing yet."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0023_imports_at_a_million")]

    operations: list[migrations.operations.base.Operation] = []

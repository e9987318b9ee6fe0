"""Nothing yet."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0014_kept_value_at_risk")]

    operations: list[migrations.operations.base.Operation] = []

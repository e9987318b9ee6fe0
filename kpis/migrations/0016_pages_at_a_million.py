"""Longer keys of kept pages (any question may be kept), and their answers in the order in which they were given."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0015_cells_at_a_million")]

    operations: list[migrations.operations.base.Operation] = [
        migrations.RunSQL("DELETE FROM kpis_keptpage", migrations.RunSQL.noop),
        migrations.AlterField("keptpage", "key", models.CharField(max_length=100, primary_key=True, serialize=False)),
        migrations.RemoveField("keptpage", "document"),
        migrations.AddField("keptpage", "text", models.TextField(default="{}"), preserve_default=False),
        migrations.RunSQL(migrations.RunSQL.noop, "DELETE FROM kpis_keptpage"),  # on the way back, too: they are counted anew
    ]

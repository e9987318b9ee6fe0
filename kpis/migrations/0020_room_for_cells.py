"""Cells are changed in place all day: with room on their pages a change leaves the indexes alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0019_leaks_by_lead")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE kpis_funnelcell SET (fillfactor = 70)", "ALTER TABLE kpis_funnelcell RESET (fillfactor)"
        )
    ]

"""What is kept of the log of stages is written from that log, by one writer: the database need not look up each row once more."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0023_imports_at_a_million")]

    operations = [
        migrations.AlterField(
            "stay",
            "change",
            models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="stay",
                serialize=False,
                to="leads.stagechange",
            ),
        ),
        migrations.AlterField(
            "stay",
            "lead",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="stays",
                to="leads.lead",
            ),
        ),
        migrations.AlterField(
            "progress",
            "lead",
            models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="progress",
                serialize=False,
                to="leads.lead",
            ),
        ),
        migrations.AlterField(
            "progress",
            "version",
            models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="leads.funnelversion",
            ),
        ),
    ]

"""What a backtest keeps of each lead that it names."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0008_funnel_versions"), ("agreements", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="BacktestLead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("this_at", models.DateTimeField(null=True)),
                ("other_at", models.DateTimeField(null=True)),
                ("customer_at", models.DateTimeField(null=True)),
                ("began_at", models.DateTimeField(help_text="When it reached the first forward stage.", null=True)),
                ("worked_at", models.DateTimeField(help_text="When it reached a stage of sales.", null=True)),
                ("won_at", models.DateTimeField(null=True)),
                ("lost", models.BooleanField(help_text="Whether it is lost or disqualified by now.")),
                (
                    "backtest",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="leads",
                        to="agreements.backtest",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="leads.lead"
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddConstraint(
            model_name="backtestlead",
            constraint=models.UniqueConstraint(fields=("backtest", "lead"), name="backtest_lead_once"),
        ),
    ]

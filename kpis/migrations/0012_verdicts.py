"""Verdicts on campaigns: judged once, never changed."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE FUNCTION kpis_verdict_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a verdict is never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON kpis_verdict FOR EACH ROW EXECUTE FUNCTION kpis_verdict_guard();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON kpis_verdict FOR EACH STATEMENT EXECUTE FUNCTION leads_log_guard()
"""
UNGUARD = """
DROP TRIGGER append_only ON kpis_verdict; DROP TRIGGER no_truncate ON kpis_verdict; DROP FUNCTION kpis_verdict_guard()
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0011_scores"), ("agreements", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Verdict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("campaign_id", models.BigIntegerField(db_index=True)),
                ("campaign_name", models.CharField(max_length=300)),
                ("metric", models.CharField(max_length=60)),
                ("direction", models.CharField(max_length=10)),
                ("threshold", models.DecimalField(decimal_places=10, max_digits=28)),
                ("value", models.DecimalField(decimal_places=12, max_digits=38, null=True)),
                ("over", models.DecimalField(decimal_places=12, max_digits=38, null=True)),
                ("under", models.DecimalField(decimal_places=12, max_digits=38, null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("met", "Did what it should"),
                            ("missed", "Did not do what it should"),
                            ("unknown", "Could not be judged"),
                        ],
                        max_length=7,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=500)),
                ("currency", models.CharField(max_length=3)),
                ("as_of", models.DateTimeField(help_text="The figure of everything that had happened by then.")),
                ("judged_at", models.DateTimeField()),
                (
                    "agreed_before_launch",
                    models.BooleanField(help_text="Empty: the campaign's beginning is not known.", null=True),
                ),
                ("funnel_version", models.PositiveIntegerField()),
                ("attribution_version", models.PositiveIntegerField(null=True)),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdict",
                        to="agreements.version",
                    ),
                ),
            ],
            options={"ordering": ["-as_of", "-id"]},
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["met", "missed", "unknown"])), name="verdict_has_an_outcome"
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "unknown"), ("value__isnull", True)),
                    models.Q(("outcome__in", ["met", "missed"]), ("value__isnull", False)),
                    _connector="OR",
                ),
                name="verdict_by_its_value",
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]

"""An index on the first column of another one answers nothing that the other does not: it goes, the foreign key stays as it is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


GONE = {
    "leads_absence_user_id_af51d51f": ("leads_absence", "user_id"),
    "leads_deadline_handoff_id_5ecd1852": ("leads_deadline", "handoff_id"),
    "leads_handoff_lead_id_8fe7c243": ("leads_handoff", "lead_id"),
    "leads_handoff_to_team_id_b867c022": ("leads_handoff", "to_team_id"),
    "leads_handoff_to_user_id_5ce74c52": ("leads_handoff", "to_user_id"),
    "leads_handoffstep_handoff_id_7ea8c10c": ("leads_handoffstep", "handoff_id"),
    "leads_importbefore_import_id_3d1ab6bc": ("leads_importbefore", "import_id"),
    "leads_importerror_import_id_b26a042a": ("leads_importerror", "import_id"),
    "leads_importrepair_import_id_db79ebfa": ("leads_importrepair", "import_id"),
    "leads_need_lead_id_084783df": ("leads_need", "lead_id"),
    "leads_note_lead_id_5778e489": ("leads_note", "lead_id"),
    "leads_stage_version_id_e673729c": ("leads_stage", "version_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0025_who_has_what"),
        ("people", "0005_one_index_each"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {table} ({column})")
                for name, (table, column) in GONE.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="absence",
                    name="user",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="deadline",
                    name="handoff",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadlines",
                        to="leads.handoff",
                    ),
                ),
                migrations.AlterField(
                    model_name="handoff",
                    name="lead",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handoffs",
                        to="leads.lead",
                    ),
                ),
                migrations.AlterField(
                    model_name="handoff",
                    name="to_team",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.team"
                    ),
                ),
                migrations.AlterField(
                    model_name="handoff",
                    name="to_user",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="handoffstep",
                    name="handoff",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="leads.handoff",
                    ),
                ),
                migrations.AlterField(
                    model_name="importbefore",
                    name="source",
                    field=models.ForeignKey(
                        db_column="import_id",
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="before",
                        to="leads.import",
                    ),
                ),
                migrations.AlterField(
                    model_name="importerror",
                    name="source",
                    field=models.ForeignKey(
                        db_column="import_id",
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="errors",
                        to="leads.import",
                    ),
                ),
                migrations.AlterField(
                    model_name="importrepair",
                    name="source",
                    field=models.ForeignKey(
                        db_column="import_id",
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="repairs",
                        to="leads.import",
                    ),
                ),
                migrations.AlterField(
                    model_name="need",
                    name="lead",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="leads.lead",
                    ),
                ),
                migrations.AlterField(
                    model_name="note",
                    name="lead",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="leads.lead",
                    ),
                ),
                migrations.AlterField(
                    model_name="stage",
                    name="version",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stages",
                        to="leads.funnelversion",
                    ),
                ),
            ],
        )
    ]

"""Logs are written faster: no index that another one holds already, and none for what most rows leave empty."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PERSON, PROTECT = settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT


def unindexed(model, name, to, **how):
    field = models.ForeignKey(db_index=False, on_delete=PROTECT, to=to, **{"related_name": "+", **how})
    return migrations.AlterField(model_name=model, name=name, field=field)


def where_stated(model, name, index):
    """The keys that are stated: looked up when a person, a team, a campaign or a deal is taken out."""
    stated = models.Q((f"{name}__isnull", False))
    return migrations.AddIndex(model_name=model, index=models.Index(models.F(name), condition=stated, name=index))


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_last_number"),
        ("leads", "0022_pages_at_a_million"),
        ("people", "0004_changes_of_an_import"),
        ("programs", "0002_series"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="stagechange", name="stage_change_row_once"),
        migrations.RemoveIndex(model_name="stagechange", name="stage_change_by_deal"),
        unindexed("activity", "actor", PERSON, null=True),
        unindexed("activity", "by", PERSON, null=True),
        unindexed("activity", "campaign", "programs.campaign", null=True),
        unindexed("consent", "actor", PERSON, null=True),
        unindexed("consent", "lead", "leads.lead", related_name="consents"),
        unindexed("leadvalue", "actor", PERSON, null=True),
        unindexed("leadvalue", "change", "leads.stagechange", null=True),
        unindexed("leadvalue", "lead", "leads.lead", related_name="values_log"),
        unindexed("stagechange", "actor", PERSON, null=True),
        unindexed("stagechange", "by", PERSON, null=True),
        unindexed("stagechange", "deal", "leads.deal", null=True, related_name="stage_changes"),
        unindexed("stagechange", "lead", "leads.lead", related_name="stage_changes"),
        unindexed("stagechange", "owner", PERSON, null=True),
        unindexed("stagechange", "team", "people.team", null=True),
        unindexed("stagechange", "to", "leads.stagekey", db_column="to"),
        unindexed("stagechange", "version", "leads.funnelversion"),
        *(where_stated("activity", name, f"activity_by_{name}") for name in ("by", "actor", "campaign")),
        where_stated("consent", "actor", "consent_by_actor"),
        *(where_stated("leadvalue", name, f"lead_value_by_{name}") for name in ("actor", "change")),
        *(
            where_stated("stagechange", name, f"stage_change_by_{name}")
            for name in ("deal", "actor", "by", "owner", "team")
        ),
        migrations.AddConstraint(
            model_name="stagechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("identity__isnull", False)),
                fields=("lead", "identity"),
                name="stage_change_row_once",
            ),
        ),
        migrations.RunSQL(
            "DROP INDEX IF EXISTS leads_activity_identity_a1a1ba95_like",
            "CREATE INDEX leads_activity_identity_a1a1ba95_like ON leads_activity (identity varchar_pattern_ops)",
        ),  # identities are asked for whole, never by how they begin
    ]

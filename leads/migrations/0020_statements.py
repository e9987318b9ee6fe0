"""What each system says of a lead, and what companies are called in several systems."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0019_import_line"),
    ]

    operations = [
        migrations.CreateModel(
            name="AwaitedParent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.BigIntegerField(default=0)),
                ("system", models.CharField(max_length=100)),
                ("named", models.CharField(max_length=300)),
                ("normal_name", models.CharField(db_index=True, max_length=300)),
                ("import_id", models.BigIntegerField(blank=True, db_index=True, null=True)),
                ("company", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="awaits", to="leads.company")),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=300)),
                ("said", models.JSONField(default=dict)),
                ("said_at", models.DateTimeField()),
                ("import_id", models.BigIntegerField(db_index=True, null=True)),
                ("lead", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="statements", to="leads.lead")),
            ],
            options={
                "ordering": ["said_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="CompanyIdentity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.BigIntegerField(default=0)),
                ("system", models.CharField(max_length=100)),
                ("external_id", models.CharField(max_length=200)),
                ("import_id", models.BigIntegerField(blank=True, db_index=True, null=True)),
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="identities", to="leads.company")),
            ],
            options={
                "verbose_name_plural": "company identities",
                "constraints": [models.UniqueConstraint(fields=("scope", "system", "external_id"), name="company_identity_once")],
            },
        ),
    ]

"""What a partner brought has identities of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_default_stages")]

    operations = [
        migrations.RemoveConstraint(model_name="company", name="company_external_id_once"),
        migrations.RemoveConstraint(model_name="deal", name="deal_external_id_once"),
        migrations.AddField(model_name="company", name="scope", field=models.BigIntegerField(default=0, editable=False)),
        migrations.AddField(model_name="deal", name="scope", field=models.BigIntegerField(default=0, editable=False)),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.UniqueConstraint(fields=["scope", "system", "external_id"], name="company_external_id_once"),
        ),
        migrations.AddConstraint(
            model_name="deal",
            constraint=models.UniqueConstraint(fields=["scope", "system", "external_id"], name="deal_external_id_once"),
        ),
    ]

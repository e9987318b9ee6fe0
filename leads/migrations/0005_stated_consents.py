"""Which consents a lead's row said, as against an unsubscribe or somebody here."""

from django.db import migrations, models

FROM_FILES = """
SET LOCAL alignment.removal = 'on';
UPDATE leads_consent SET stated = true WHERE import_id IN (SELECT id FROM leads_import WHERE kind = 'leads');
SET LOCAL alignment.removal = 'off'
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0004_scopes")]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="stated",
            field=models.BooleanField(
                db_default=False, help_text="Said by a lead's own row, in a file or over the API."
            ),
        ),
        migrations.RunSQL(FROM_FILES, migrations.RunSQL.noop),
    ]

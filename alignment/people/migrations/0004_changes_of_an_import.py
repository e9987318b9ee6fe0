"""Which rows of people's log an import wrote, so that its undo takes them out."""

from django.db import migrations, models

FROM_IMPORTS = """
SET LOCAL alignment.removal = 'on';
UPDATE people_personchange c SET import_id = u.import_id
FROM people_user u WHERE u.id = c.user_id AND u.import_id IS NOT NULL
    AND c.id = (SELECT min(f.id) FROM people_personchange f WHERE f.user_id = u.id);
SET LOCAL alignment.removal = 'off'
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_invited_at")]

    operations = [
        migrations.AddField(
            model_name="personchange",
            name="import_id",
            field=models.BigIntegerField(db_index=True, editable=False, null=True),
        ),
        migrations.RunSQL(FROM_IMPORTS, migrations.RunSQL.noop),
    ]

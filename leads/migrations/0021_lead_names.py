"""Leads are found by what they are called without reading all of them: one look into an index a name, whatever their number."""

from django.db import migrations

BY_NAME = """
CREATE INDEX lead_by_name ON leads_lead
    (regexp_replace(lower(btrim(coalesce(full_name, first_name || ' ' || last_name))), '\\s+', ' ', 'g'))
    WHERE merged_into_id IS NULL AND erased_at IS NULL
"""

BY_OTHER_NAME = """
CREATE INDEX lead_by_other_name ON leads_lead (regexp_replace(lower(btrim(first_name || ' ' || last_name)), '\\s+', ' ', 'g'))
    WHERE full_name <> first_name || ' ' || last_name AND merged_into_id IS NULL AND erased_at IS NULL
"""

BY_LAST_NAME = """
CREATE INDEX lead_by_last_name ON leads_lead (lower(btrim(last_name)))
    WHERE last_name IS NOT NULL AND merged_into_id IS NULL AND erased_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0020_statements"),
    ]

    operations = [
        migrations.RunSQL(BY_NAME, "DROP INDEX lead_by_name"),
        migrations.RunSQL(BY_OTHER_NAME, "DROP INDEX lead_by_other_name"),
        migrations.RunSQL(BY_LAST_NAME, "DROP INDEX lead_by_last_name"),
        migrations.RunSQL("ANALYZE leads_lead", migrations.RunSQL.noop),
    ]

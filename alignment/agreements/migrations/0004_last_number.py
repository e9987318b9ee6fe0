"""The number of a version is never given again: an agreement remembers the highest one, which only grows."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT

GROWS = """
CREATE OR REPLACE FUNCTION agreements_agreement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.kind, NEW.key, NEW.created_at) IS NOT DISTINCT FROM (OLD.id, OLD.kind, OLD.key, OLD.created_at)
        AND NEW.last_number > OLD.last_number THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what an agreement is about stays' USING ERRCODE = 'restrict_violation';
END $$;
UPDATE agreements_agreement a SET last_number = v.highest
FROM (SELECT agreement_id, max(number) AS highest FROM agreements_version GROUP BY agreement_id) v
WHERE v.agreement_id = a.id
"""

STAYS = """
CREATE OR REPLACE FUNCTION agreements_agreement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what an agreement is about stays' USING ERRCODE = 'restrict_violation';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_more_guards")]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="last_number",
            field=models.PositiveIntegerField(default=0, help_text="The highest number that a version of it ever had."),
        ),
        migrations.RunSQL(GROWS, STAYS),
        migrations.AlterField(
            model_name="version",
            name="based_on",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=PROTECT, related_name="+", to="agreements.version",
                help_text="What it was to replace, as settled when it was proposed: the difference that both sides looked at.",
            ),
        ),
    ]  # fmt: skip

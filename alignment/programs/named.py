"""Which campaign does a word in a file name? Who names none makes one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

MATCH = """
WITH wanted AS (SELECT label, n FROM unnest(%(labels)s::text[]) WITH ORDINALITY AS w(label, n)),
matches AS (
    SELECT n, CASE WHEN c.name = label THEN 0 ELSE 1 END AS rank, c.id FROM wanted JOIN programs_campaign c ON lower(c.name) = lower(label)
    UNION ALL SELECT n, 2, c.id FROM wanted JOIN programs_campaign c ON c.external_id = label
)
SELECT DISTINCT ON (n) n, id FROM matches ORDER BY n, rank, id
"""

HOLD = "SELECT id FROM programs_campaign WHERE id = ANY(%(campaigns)s::bigint[]) ORDER BY id FOR KEY SHARE"
"""So that no undo takes away what is about to be pointed to. Other writers do not wait for it."""

MAKE = """
INSERT INTO programs_campaign (name, type, status, attributes, import_id, version)
SELECT DISTINCT ON (lower(label)) label, '', '', '{}'::jsonb, %(import)s, 1
FROM unnest(%(labels)s::text[]) AS w(label) ORDER BY lower(label), label
ON CONFLICT DO NOTHING
"""


def named_campaigns(labels: Iterable[str], *, import_id: int | None = None) -> dict[str, int]:
    """For each label (a name, else an external id) the campaign's id; missing ones are made, all held until the transaction ends.

    A name's case counts only where two campaigns have it.
    """
    wanted = sorted({label.strip() for label in labels if label and label.strip()})
    found = match_campaigns(wanted)
    missing = [label for label in wanted if label not in found]
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(MAKE, {"labels": missing, "import": import_id})
        found = match_campaigns(wanted)
    return found if _hold(set(found.values())) else named_campaigns(wanted, import_id=import_id)


def _hold(campaigns: set[int]) -> bool:
    """Keep these campaigns until the transaction ends; False where one is gone."""
    if not campaigns:
        return True
    with connection.cursor() as cursor:
        cursor.execute(HOLD, {"campaigns": sorted(campaigns)})
        return len(cursor.fetchall()) == len(campaigns)


def match_campaigns(labels: list[str]) -> dict[str, int]:
    """The ids of the campaigns that these labels name; labels that name none are not in it."""
    if not labels:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(MATCH, {"labels": labels})
        return {labels[n - 1]: found for n, found in cursor.fetchall()}

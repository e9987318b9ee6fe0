"""What is there to tell leads apart by? Values, words, sizes, kinds of activity and addresses that enough of them have.

Grain: one row a value, the most frequent first within each. Clock: fields as they are now, activities up to the moment given with
each lead and no more than `days` before it. Segment, territory and owner are left out: people set them once a lead is worked;
and attributes that are known of twice as large a share of the won leads as of the others, or the reverse:
they look filled in later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from leads.activities.kinds import KINDS
from leads.definitions.suggesting.queries.people import Person

GIVEN = "given AS (SELECT * FROM unnest(%(ids)s::bigint[], %(at)s::timestamptz[]) g(lead_id, at))"

FIELDS = f"""
WITH {GIVEN}
SELECT v.name, v.value, count(*) FROM given g JOIN leads_lead l ON l.id = g.lead_id LEFT JOIN leads_company c ON c.id = l.company_id
CROSS JOIN LATERAL (VALUES
    ('lead.source', l.source), ('lead.channel', l.channel), ('lead.country', l.country),
    ('company.industry', c.industry), ('company.country', c.country)) v(name, value)
WHERE v.value <> '' GROUP BY 1, 2 HAVING count(*) >= %(least)s ORDER BY 3 DESC, 1, 2
"""

ATTRIBUTES = f"""
WITH {GIVEN},
worth AS (
    SELECT e.key FROM given g JOIN unnest(%(ids)s::bigint[], %(won)s::boolean[]) w(lead_id, won) USING (lead_id)
    JOIN leads_lead l ON l.id = g.lead_id CROSS JOIN LATERAL jsonb_each(l.attributes) e WHERE e.value NOT IN ('null', '""')
    GROUP BY e.key
    HAVING 2 * count(*) FILTER (WHERE NOT w.won) * %(all_won)s >= count(*) FILTER (WHERE w.won) * %(all_others)s
       AND 2 * count(*) FILTER (WHERE w.won) * %(all_others)s >= count(*) FILTER (WHERE NOT w.won) * %(all_won)s
)
SELECT 'lead.attributes.' || e.key, e.value #>> '{{}}', count(*)
FROM given g JOIN leads_lead l ON l.id = g.lead_id CROSS JOIN LATERAL jsonb_each(l.attributes) e
WHERE e.key IN (SELECT key FROM worth)
  AND jsonb_typeof(e.value) = 'string' AND length(e.value #>> '{{}}') BETWEEN 1 AND 100 AND length(e.key) <= 100
GROUP BY 1, 2 HAVING count(*) >= %(least)s ORDER BY 3 DESC, 1, 2
"""

WORDS = f"""
WITH {GIVEN}
SELECT 'lead.title', w.word, count(DISTINCT g.lead_id) FROM given g JOIN leads_lead l ON l.id = g.lead_id
CROSS JOIN LATERAL regexp_split_to_table(lower(l.title), '[^[:alpha:]]+') w(word)
WHERE length(w.word) BETWEEN 3 AND 50 GROUP BY 1, 2 HAVING count(DISTINCT g.lead_id) >= %(least)s ORDER BY 3 DESC, 1, 2
"""

SIZES = f"""
WITH {GIVEN}
SELECT 'company.employees', s.size, count(*) FROM given g JOIN leads_lead l ON l.id = g.lead_id
JOIN leads_company c ON c.id = l.company_id CROSS JOIN unnest(%(sizes)s::int[]) s(size)
WHERE c.employees >= s.size GROUP BY 1, 2 HAVING count(*) >= %(least)s ORDER BY 1, 2
"""

DONE = f"""
WITH {GIVEN}
SELECT 'activity', a.kind, count(DISTINCT g.lead_id) FROM given g JOIN leads_activity a ON a.lead_id = g.lead_id
WHERE a.at <= g.at AND a.at > g.at - %(window)s AND a.kind = ANY(%(kinds)s)
GROUP BY 1, 2 HAVING count(DISTINCT g.lead_id) >= %(least)s ORDER BY 3 DESC, 1, 2
"""

PLACES = f"""
WITH {GIVEN}
SELECT 'url', substring(a.url from '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?(/[^/?#*]+)'), count(DISTINCT g.lead_id)
FROM given g JOIN leads_activity a ON a.lead_id = g.lead_id
WHERE a.at <= g.at AND a.at > g.at - %(window)s AND a.kind = ANY(%(kinds)s) AND a.url <> ''
GROUP BY 1, 2 HAVING count(DISTINCT g.lead_id) >= %(least)s ORDER BY 3 DESC, 1, 2
"""

SIZE_BANDS = (10, 20, 50, 100, 200, 500, 1_000)
THEIR_DOING = [
    kind.key for kind in KINDS if kind.direction == "inbound" and not kind.bounces and kind.key != "email_open"
]
"""What leads do of themselves. What we did to them says what we thought of them, not what they are."""

MOST_VALUES, LONGEST_PATH = 12, 100


@dataclass(frozen=True)
class Trait:
    """A value of something that so many leads have."""

    name: str
    value: str | int
    leads: int


def traits(people: Sequence[Person], *, least: int, days: int) -> list[Trait]:
    """What at least `least` of these leads have, at most `MOST_VALUES` of each."""
    values: dict[str, Any] = {
        "ids": [one.lead_id for one in people],
        "at": [one.at for one in people],
        "won": [one.won for one in people],
        "all_won": sum(one.won for one in people),
        "all_others": sum(not one.won for one in people),
        "least": least,
        "sizes": list(SIZE_BANDS),
        "window": timedelta(days=days),
        "kinds": THEIR_DOING,
    }
    found: dict[str, list[Trait]] = {}
    with connection.cursor() as cursor:
        for statement in (FIELDS, ATTRIBUTES, WORDS, SIZES, DONE, PLACES):
            cursor.execute(statement, values)
            for name, value, leads in cursor.fetchall():
                if value is not None and len(str(value)) <= LONGEST_PATH:
                    found.setdefault(name, []).append(Trait(name, value, leads))
    return [trait for of_one in found.values() for trait in of_one[:MOST_VALUES]]

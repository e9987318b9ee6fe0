"""A large company straight in the tables: as many leads as asked for, with eight activities each, over two years.

Always the same: whatever looks random hangs on a row's number. Leads are most active when they are new, some a hundred times as
active as others; rows lie in the order in which they happened, as they would have been written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from leads.activities.kinds import BY_KEY
from leads.funnel.stage_sets import stage_set
from leads.lifecycle.queries.keep import keep

END = datetime(2026, 11, 1, tzinfo=UTC)
TABLES = ("leads_company", "leads_lead", "leads_activity", "leads_consent", "leads_stagechange", "leads_stay")

SHARES = {
    "page_view": 0.60, "email_click": 0.12, "email_sent": 0.08, "form": 0.05, "call": 0.05, "content": 0.04, "webinar": 0.03,
    "email": 0.02, "unsubscribe": 0.01,
}  # fmt: skip
"""Of all activities, how many are of a kind."""

SETTINGS = """
SET LOCAL session_replication_role = replica; SET LOCAL work_mem = '512MB'; SET LOCAL synchronous_commit = off;
CREATE OR REPLACE FUNCTION pg_temp.drawn(number bigint, about int) RETURNS float8 IMMUTABLE LANGUAGE sql
    RETURN (hashint8extended(number, about) & 9007199254740991)::float8 / 9007199254740992;
CREATE OR REPLACE FUNCTION pg_temp.one_of(choices text[], share float8) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN choices[1 + floor(share * cardinality(choices))::int]
"""

COMPANIES = """
INSERT INTO leads_company
    (id, scope, name, normal_name, domain, industry, employees, annual_revenue, country, attributes, version)
SELECT n, 0, 'Company ' || n, 'company ' || n, 'company' || n || '.example',
       pg_temp.one_of(ARRAY['Software', 'Retail', 'Health', 'Finance', 'Logistics', 'Manufacturing', NULL], pg_temp.drawn(n, 1)),
       CASE WHEN pg_temp.drawn(n, 2) < 0.85 THEN exp(9 * pg_temp.drawn(n, 3) ^ 2)::int END,
       CASE WHEN pg_temp.drawn(n, 4) < 0.5 THEN 100000 * exp(9 * pg_temp.drawn(n, 3) ^ 2)::int END,
       pg_temp.one_of(ARRAY['DE', 'FR', 'US', 'BR', 'ES', 'IT', 'NL', 'PL'], pg_temp.drawn(n, 5) ^ 2),
       jsonb_build_object('tier', pg_temp.one_of(ARRAY['a', 'b', 'c'], pg_temp.drawn(n, 6))), 1
FROM generate_series(%(first)s / 3 + 1, %(last)s / 3) n
"""

LEADS = """
INSERT INTO leads_lead
    (id, created_at, recorded_at, email, email_usable, phone_usable, full_name, title, company_id, source, channel, stage,
     country, attributes, is_test, version)
SELECT n, at, at, 'person' || n || '@company' || n || '.example', pg_temp.drawn(n, 11) < 0.95, pg_temp.drawn(n, 12) < 0.6,
       'Person ' || n,
       pg_temp.one_of(ARRAY['Chief Executive', 'Head of Marketing', 'Engineer', 'Buyer', 'Student', NULL], pg_temp.drawn(n, 13)),
       CASE WHEN pg_temp.drawn(n, 14) < 0.9
            THEN %(first)s / 3 + 1 + floor(pg_temp.drawn(n, 15) * (%(last)s / 3 - %(first)s / 3))::int END,
       pg_temp.one_of(ARRAY['search', 'social', 'referral', 'event', 'list', NULL], pg_temp.drawn(n, 16) ^ 2), 'web', 'inquiry',
       pg_temp.one_of(ARRAY['DE', 'FR', 'US', 'BR', 'ES', 'IT', 'NL', 'PL'], pg_temp.drawn(n, 18) ^ 2),
       jsonb_build_object('plan', pg_temp.one_of(ARRAY['free', 'pro', 'team'], pg_temp.drawn(n, 19)),
                          'seats', floor(100 * pg_temp.drawn(n, 20))),
       pg_temp.drawn(n, 21) < 0.001, 1
FROM generate_series(%(first)s + 1, %(last)s) n
CROSS JOIN LATERAL (
    SELECT %(end)s - interval '730 days' + (n - %(first)s) * (interval '730 days' / (%(last)s - %(first)s + 1)) AS at
) c
"""

ACTIVITIES = """
INSERT INTO leads_activity
    (lead_id, kind, direction, side, automated, at, recorded_at, typed_in, asset, channel, url, attributes, system, external_id,
     identity)
SELECT lead_id, (%(kinds)s::text[])[kind], (%(directions)s::text[])[kind], (%(sides)s::text[])[kind],
       (%(automated)s::bool[])[kind], at, at + interval '1 minute', false,
       CASE WHEN (%(kinds)s::text[])[kind] IN ('content', 'webinar', 'form') THEN 'Guide ' || key %% 40 END, 'web',
       CASE WHEN (%(kinds)s::text[])[kind] = 'page_view'
            THEN 'https://www.bench.example' || path || '?utm_source=search&utm_medium=cpc' END,
       '{}', 'bench', key, %(last)s || ':bench:' || to_char(at, 'YYYYMMDDHH24MISSUS') || ':' || key
FROM (
    SELECT l.id AS lead_id, key, l.created_at + (%(end)s - l.created_at) * pg_temp.drawn(key, 32) ^ 2 AS at,
           1 + width_bucket(pg_temp.drawn(key, 33), %(bounds)s::float8[]) AS kind,
           pg_temp.one_of(ARRAY[
               '/', '/', '/', '/', '/', '/', '/blog/' || key %% 500, '/blog/' || key %% 50, '/blog/why-both-teams-sign', '/blog/index',
               '/products/' || key %% 20, '/products/' || key %% 5, '/products', '/docs/getting-started', '/docs/' || key %% 100,
               '/about', '/careers', '/customers', '/pricing', '/pricing/enterprise'], pg_temp.drawn(key, 34)) AS path
    FROM leads_lead l
    CROSS JOIN LATERAL generate_series(1, floor(-8.5 * ln(1 - pg_temp.drawn(l.id, 31)))::int) n
    CROSS JOIN LATERAL (SELECT l.id * 1000 + n AS key OFFSET 0) k
    WHERE l.id > %(first)s AND l.id <= %(last)s
    ORDER BY at
) happened
"""

CONSENTS = """
INSERT INTO leads_consent (lead_id, purpose, state, at, recorded_at)
SELECT lead_id, 'marketing', state, at, at FROM (
    SELECT id AS lead_id, 'granted' AS state, created_at AS at FROM leads_lead
    WHERE id > %(first)s AND id <= %(last)s AND pg_temp.drawn(id, 41) < 0.6
    UNION ALL
    SELECT lead_id, 'withdrawn', at FROM leads_activity
    WHERE kind = 'unsubscribe' AND lead_id > %(first)s AND lead_id <= %(last)s
) said ORDER BY at
"""

CHANGES = """
INSERT INTO leads_stagechange (lead_id, "to", at, recorded_at, cause, version_id)
SELECT lead_id, stage, at, at + interval '1 minute', 'import', %(version)s FROM (
    SELECT l.id AS lead_id, ('{inquiry,mql,sal,sql,opportunity,won}'::text[])[step] AS stage,
           l.created_at + (step - 1) * (interval '3 days' + interval '12 days' * pg_temp.drawn(l.id, 52)) AS at
    FROM leads_lead l
    CROSS JOIN LATERAL generate_series(1, 6 - width_bucket(pg_temp.drawn(l.id, 51), '{0.02,0.03,0.05,0.10,0.20}'::float8[])) step
    WHERE l.id > %(first)s AND l.id <= %(last)s
    UNION ALL
    SELECT l.id, 'lost', l.created_at + interval '100 days' FROM leads_lead l
    WHERE l.id > %(first)s AND l.id <= %(last)s AND pg_temp.drawn(l.id, 51) BETWEEN 0.02 AND 0.07
) moved WHERE at < %(end)s ORDER BY at
"""

INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY(%(tables)s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
ORDER BY 1
"""

NUMBER_ON = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"


def grow(first: int, last: int) -> None:
    """Leads `first` + 1 to `last` and everything about them; what is kept of stages for all of them, and the planner's figures."""
    with transaction.atomic(), connection.cursor() as cursor, _without_indexes():
        cursor.execute(SETTINGS)
        values = {"first": first, "last": last, "end": END, "version": stage_set().version_id, **_kinds()}
        for statement in (COMPANIES, LEADS, ACTIVITIES, CONSENTS, CHANGES):
            cursor.execute(statement, values)
        for table in ("leads_company", "leads_lead"):
            cursor.execute(NUMBER_ON.format(table=table))
        keep(None, stage_set())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _kinds() -> dict[str, Any]:
    kinds, bounds, share = [BY_KEY[key] for key in SHARES], [], 0.0
    for part in list(SHARES.values())[:-1]:
        share += part
        bounds.append(share)
    return {
        "kinds": [kind.key for kind in kinds],
        "directions": [kind.direction for kind in kinds],
        "sides": [kind.side for kind in kinds],
        "automated": [kind.automated for kind in kinds],
        "bounds": bounds,
    }


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Indexes of the tables are made anew at the end, which takes a fraction of keeping them."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, {"tables": list(TABLES)})
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        for _name, definition in indexes:
            cursor.execute(definition)

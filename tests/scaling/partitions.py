"""What would partitions of activities by month make faster, and what slower? For docs/scaling.md.

`python -m tests.scaling.partitions DATABASE_URL` copies all activities twice into a schema of its own, once as they are and once in
partitions by month of `at`, asks both the same, prints milliseconds, and drops the schema. Both copies have the keys and indexes that
the real table needs; triggers and foreign keys are left out of both.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import psycopg2
from psycopg2 import extensions

SCHEMA = "scaling_trial"
KINDS = ("plain", "parts")
MAKE = f"""
DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}; SET search_path TO {SCHEMA}, public;
CREATE TABLE plain (LIKE public.leads_activity INCLUDING DEFAULTS);
CREATE TABLE parts (LIKE public.leads_activity INCLUDING DEFAULTS) PARTITION BY RANGE (at);
DO $$ DECLARE month timestamptz; BEGIN
    FOR month IN SELECT generate_series((SELECT date_trunc('month', min(at)) FROM public.leads_activity),
                                        (SELECT max(at) FROM public.leads_activity) + interval '2 months', '1 month') LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF parts FOR VALUES FROM (%L) TO (%L)',
                       'parts_' || to_char(month, 'YYYY_MM'), month, month + interval '1 month');
    END LOOP;
END $$;
"""
INDEXES = """
ALTER TABLE {0} ADD PRIMARY KEY ({1}); CREATE INDEX ON {0} (lead_id, at, id);
CREATE INDEX ON {0} (kind, at) INCLUDE (lead_id, recorded_at); CREATE UNIQUE INDEX ON {0} ({2});
ANALYZE {0};
"""
KEYS = {"plain": ("id", "identity"), "parts": ("id, at", "identity, at")}
"""A key of a partitioned table must hold the column that it is partitioned by."""

OF_LEAD = "SELECT * FROM {} WHERE lead_id = %s ORDER BY at, id"
OF_LEADS = "SELECT count(*), max(at) FROM {} WHERE lead_id = ANY(%s)"
LAST_MONTH = "SELECT count(DISTINCT lead_id) FROM {} WHERE at >= %s AND kind = 'page_view'"
IDENTITY = "SELECT count(*) FROM {} WHERE identity = ANY(%s)"
COLUMNS = (
    "kind, direction, side, automated, at, recorded_at, typed_in, asset, channel, url, subject, outcome, attributes, system, "
    "external_id, identity, import_id, actor_id, by_id, campaign_id, lead_id"
)
ONE = """INSERT INTO {0} (id, kind, direction, side, automated, at, recorded_at, typed_in, attributes, lead_id)
VALUES (-%s, 'call', 'outbound', 'sales', false, %s, %s, true, '{{}}', 1)"""
AGED = "DELETE FROM {} WHERE at < %s"
SWEPT = "VACUUM (ANALYZE) {}"


@dataclass(frozen=True)
class Asked:
    """One kind of work and how many milliseconds it took, as it is and in partitions."""

    what: str
    plain: float
    parts: float


def main(url: str) -> None:
    """Measure everything, best of three, and print it."""
    with closing(psycopg2.connect(url)) as line:
        line.autocommit = True
        with line.cursor() as cursor:
            try:
                for asked in trial(line, cursor):
                    print(f"{asked.what:<58}{asked.plain:>12.2f}{asked.parts:>12.2f}", flush=True)  # noqa: T201
            finally:
                cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def trial(line: extensions.connection, cursor: extensions.cursor) -> Iterator[Asked]:
    """Everything that is asked of both."""
    cursor.execute(MAKE)
    for kind in KINDS:
        cursor.execute(f"INSERT INTO {kind} SELECT * FROM public.leads_activity")
        cursor.execute(INDEXES.format(kind, *KEYS[kind]))
        cursor.execute(SWEPT.format(kind))
    cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'parts'::regclass")
    yield Asked("partitions", 0, cursor.fetchall()[0][0])
    cursor.execute("SELECT array_agg(id) FROM (SELECT id FROM public.leads_lead ORDER BY md5(id::text) LIMIT 1000) l")
    leads = cursor.fetchall()[0][0]
    cursor.execute(
        "SELECT array_agg(identity) FROM (SELECT identity FROM plain WHERE identity IS NOT NULL LIMIT 2000) i"
    )
    identities = cursor.fetchall()[0][0] or ["none"]
    cursor.execute("SELECT max(at), max(at) - interval '30 days', min(at) + interval '12 months' FROM plain")
    latest, month_ago, year_in = cursor.fetchall()[0]
    yield both("one lead's activities (of 1,000 leads, each)", lambda kind: each(cursor, OF_LEAD.format(kind), leads))
    yield both("planning that", lambda kind: planning(cursor, OF_LEAD.format(kind), leads[0]))
    yield both("locks held by that", lambda kind: locks(line, cursor, OF_LEAD.format(kind), leads[0]))
    yield both("the last touches of 1,000 leads at once", lambda kind: once(cursor, OF_LEADS.format(kind), [leads]))
    yield both("leads that looked in the last 30 days", lambda kind: once(cursor, LAST_MONTH.format(kind), [month_ago]))
    yield both(
        "2,000 identities, as an import looks them up", lambda kind: once(cursor, IDENTITY.format(kind), [identities])
    )
    yield both("one insert (of 500)", lambda kind: inserts(cursor, ONE.format(kind), latest))
    yield both("50,000 rows copied in, over all months", lambda kind: copied(line, cursor, kind))
    yield Asked(
        "retention: the first year goes (DELETE + VACUUM | DROP)",
        once(cursor, AGED.format("plain"), [year_in], best=1) + once(cursor, SWEPT.format("plain"), None, best=1),
        drop_before(cursor, year_in),
    )
    yield Asked(
        "VACUUM FREEZE (all | the latest month)",
        once(cursor, "VACUUM (FREEZE, DISABLE_PAGE_SKIPPING) plain", None, best=1),
        once(cursor, f"VACUUM (FREEZE, DISABLE_PAGE_SKIPPING) parts_{latest:%Y_%m}", None, best=1),
    )


def both(what: str, ask: Callable[[str], float]) -> Asked:
    return Asked(what, *(ask(kind) for kind in KINDS))


def once(cursor: extensions.cursor, statement: str, values: list[object] | None, best: int = 3) -> float:
    """The quickest of three."""
    took = []
    for _ in range(best):
        begun = time.perf_counter()
        cursor.execute(statement, values)
        took.append((time.perf_counter() - begun) * 1000)
    return min(took)


def each(cursor: extensions.cursor, statement: str, leads: list[int]) -> float:
    begun = time.perf_counter()
    for lead in leads:
        cursor.execute(statement, [lead])
        cursor.fetchall()
    return (time.perf_counter() - begun) * 1000 / len(leads)


def planning(cursor: extensions.cursor, statement: str, lead: int) -> float:
    took = []
    for _ in range(5):
        cursor.execute(f"EXPLAIN (SUMMARY, FORMAT JSON) {statement}", [lead])
        took.append(float(cursor.fetchall()[0][0][0]["Planning Time"]))
    return min(took)


def locks(line: extensions.connection, cursor: extensions.cursor, statement: str, lead: int) -> float:
    cursor.execute("BEGIN")
    cursor.execute(statement, [lead])
    cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'")
    [[held]] = cursor.fetchall()
    cursor.execute("COMMIT")
    return float(held)


def inserts(cursor: extensions.cursor, statement: str, at: object) -> float:
    cursor.execute("BEGIN")
    begun = time.perf_counter()
    for number in range(1, 501):
        cursor.execute(statement, [number, at, at])
    took = (time.perf_counter() - begun) * 1000 / 500
    cursor.execute("ROLLBACK")
    return took


def copied(line: extensions.connection, cursor: extensions.cursor, kind: str) -> float:
    columns = ", ".join("NULL" if name == "identity" else name for name in COLUMNS.split(", "))
    cursor.execute("BEGIN")
    begun = time.perf_counter()
    statement = f"INSERT INTO {kind} (id, {COLUMNS}) SELECT -id, {columns} FROM public.leads_activity ORDER BY md5(id::text) LIMIT 50000"
    cursor.execute(statement)
    took = (time.perf_counter() - begun) * 1000
    cursor.execute("ROLLBACK")
    return took


def drop_before(cursor: extensions.cursor, at: object) -> float:
    """Drop each partition that ends by then."""
    cursor.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'parts'::regclass "
        "AND inhrelid::regclass::text < 'parts_' || to_char(%s::timestamptz, 'YYYY_MM')",
        [at],
    )
    names = [name for (name,) in cursor.fetchall()]
    begun = time.perf_counter()
    for name in names:
        cursor.execute(f"ALTER TABLE parts DETACH PARTITION {name}; DROP TABLE {name}")
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main(sys.argv[1])

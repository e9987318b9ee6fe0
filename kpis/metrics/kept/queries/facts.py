"""What does each subject add to which metric on which day? Grain: one row a metric, subject, day and groups (of leads: one a line).

Clock: `at` for the day, the later of `at` and `counts_from` for what waits. Index: kept_fact_of_subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.plans import hashed_joins
from alignment.unpivot import unpivot
from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.metrics.kept.basis import KINDS, Ground, followed
from kpis.metrics.kept.queries.places import make_places
from kpis.reports.held import every_value_at_hand

COLUMNS = "metric_id, kind, subject_id, day, waits_until, source_id, campaign_id, owner_id, team_id, lines, unknown, total, print"

TABLES = """
DROP TABLE IF EXISTS pg_temp.kept_lines, pg_temp.kept_both;
CREATE TEMP TABLE kept_lines (measure text, subject_id bigint, day date, waits_until timestamptz,
    cut_1 text, cut_2 text, cut_3 text, cut_4 text, lines int, unknown int, total numeric, print int) ON COMMIT DROP;
CREATE TEMP TABLE kept_both (metric_id int, kind smallint, subject_id bigint, day date, waits_until timestamptz,
    source_id int, campaign_id int, owner_id int, team_id int, lines int, unknown int, total numeric,
    print int, is_new boolean) ON COMMIT DROP
"""

WHEN = """f.subject_id, (f.at AT TIME ZONE %(kept_zone)s)::date AS day,
    CASE WHEN greatest(f.at, f.counts_from) > %(kept_now)s THEN greatest(f.at, f.counts_from) END AS waits_until,
    f.cut_1, f.cut_2, f.cut_3, f.cut_4"""

EACH = (
    "SELECT f.measure, "
    + WHEN
    + ", 1 AS lines, (f.value IS NULL)::int AS unknown, coalesce(f.value, 0) AS total, hashfloat8(date_part('epoch', f.at)) AS print"
    " FROM lines f WHERE f.measure = ANY(%(kept_keys)s)"
)
"""The print tells apart what differs by the time of day only: no sum does, a median may."""

TOGETHER = (
    "SELECT f.measure, "
    + WHEN
    + ", count(*) AS lines, count(*) - count(f.value) AS unknown, coalesce(sum(f.value), 0) AS total,"
    " bit_xor(hashfloat8(date_part('epoch', f.at))) AS print"
    " FROM lines f WHERE f.measure = ANY(%(kept_keys)s) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
)
"""A deal has many touches."""

ADDED_UP = (
    "SELECT f.measure, "
    + WHEN
    + ", f.lines::int, f.unknown::int, f.total, CASE WHEN (f.lines & 1) = 1 THEN hashfloat8(date_part('epoch', f.at)) ELSE 0 END AS print"
    " FROM lines f WHERE f.measure = ANY(%(kept_keys)s)"
)
"""The same of what was added up before; a subject's lines of one measure lie at one instant."""

FOLLOWED = (
    "SELECT %(kept_follower)s::text AS measure, "
    + WHEN
    + ", 0 AS lines, 0 AS unknown, 0 AS total, hashfloat8(date_part('epoch', f.at)) # coalesce(hash_numeric(f.value), 0) AS print"
    " FROM lines f"
)
"""Of a family that no metric adds up: what is there only for a computed metric that reads it, as what it reads would print."""

SOME = "INSERT INTO kept_lines {ctes} lines AS ({select}) {rows}"

NUMBERED = """
FROM {lines} f JOIN kpis_keptmetric m ON m.key = f.measure
LEFT JOIN kpis_keptgroup s ON s.cut = 1 AND s.name = coalesce('=' || f.cut_1, '')
LEFT JOIN kpis_keptgroup c ON c.cut = 2 AND c.name = coalesce('=' || f.cut_2, '')
LEFT JOIN kpis_keptgroup o ON o.cut = 3 AND o.name = coalesce('=' || f.cut_3, '')
LEFT JOIN kpis_keptgroup t ON t.cut = 4 AND t.name = coalesce('=' || f.cut_4, '')
"""
AS_FACTS = "m.id, %(kept_kind)s, f.subject_id, f.day, f.waits_until, s.id, c.id, o.id, t.id, f.lines, f.unknown, f.total, f.print"

ANEW = "kpis_keptfact_anew"
"""Where every fact is written anew, beside the table that is read meanwhile. There within one transaction only."""

BEGIN = f"CREATE TABLE {ANEW} (LIKE kpis_keptfact INCLUDING DEFAULTS INCLUDING IDENTITY)"

INDEX = f"""
CREATE INDEX kept_fact_of_subject_anew ON {ANEW} (kind, subject_id);
CREATE INDEX kept_fact_waiting_anew ON {ANEW} (waits_until) WHERE waits_until IS NOT NULL
"""
"""Once it is full: sorted at once rather than row by row."""

SWAP = f"""
DROP TABLE kpis_keptfact;
ALTER TABLE {ANEW} RENAME TO kpis_keptfact;
ALTER INDEX kept_fact_of_subject_anew RENAME TO kept_fact_of_subject;
ALTER INDEX kept_fact_waiting_anew RENAME TO kept_fact_waiting;
ALTER SEQUENCE kpis_keptfact_anew_id_seq RENAME TO kpis_keptfact_id_seq
"""

ALL = f"""
INSERT INTO {ANEW} ({COLUMNS})
{{ctes}} lines AS ({{select}}), kept AS ({{rows}})
SELECT {AS_FACTS} {NUMBERED.format(lines="kept")}
"""

ALL_NUMBERED = f"""
INSERT INTO {ANEW} ({COLUMNS})
{{ctes}} lines AS ({{select}}), kept AS ({{rows}})
SELECT m.id, %(kept_kind)s, f.subject_id, f.day, f.waits_until, f.cut_1, f.cut_2, f.cut_3, f.cut_4, f.lines, f.unknown, f.total, f.print
FROM kept f JOIN kpis_keptmetric m ON m.key = f.measure
"""
"""Where a family gives the numbers of groups: three in four facts, at half the cost."""

NEW_GROUPS = f"""
INSERT INTO kpis_keptgroup (cut, name)
SELECT DISTINCT g.cut, coalesce('=' || g.value, '')
FROM kept_lines f
CROSS JOIN LATERAL {unpivot(f"{cut}, f.cut_{cut}" for cut in (1, 2, 3, 4))} g(cut, value)
ON CONFLICT DO NOTHING
"""

OLD_OUT = f"""
WITH gone AS (DELETE FROM kpis_keptfact WHERE kind = %(kept_kind)s AND subject_id = ANY(%(kept_subjects)s) RETURNING *)
INSERT INTO kept_both ({COLUMNS}, is_new) SELECT {COLUMNS}, false FROM gone
"""

NEW_IN = f"""
WITH fresh AS (
    INSERT INTO kpis_keptfact ({COLUMNS}) SELECT {AS_FACTS} {NUMBERED.format(lines="kept_lines")} RETURNING *
)
INSERT INTO kept_both ({COLUMNS}, is_new) SELECT {COLUMNS}, true FROM fresh
"""

EXISTING = {
    Subject.LEAD: "leads_lead",
    Subject.DEAL: "leads_deal",
    Subject.SPEND: "programs_spend",
    Subject.SERIES: "programs_series",
}


def replace(there: Ground, subject: Subject, ids: Sequence[int]) -> None:
    """Put the facts of these subjects in the place of the old ones. Both are in `kept_both` until this transaction ends."""
    more: dict[str, Any] = {"kept_kind": KINDS[subject], "kept_subjects": list(ids)}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for family, keys in there.families.items():
            if family.subject is subject:
                _insert(SOME, there, family, keys, ids)
        for family, key in followed(there.metrics).items():
            if family.subject is subject:
                _insert_followed(SOME, there, family, key, ids)
        cursor.execute(NEW_GROUPS)
        cursor.execute(OLD_OUT, more)
        cursor.execute(NEW_IN, more)


def fill(there: Ground) -> None:
    """Write every fact anew, beside those that are read meanwhile. The caller holds the lock, and swaps them at the end."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN)
    with hashed_joins(), every_value_at_hand():
        make_places()
        for family, keys in there.families.items():
            _insert(ALL, there, family, keys, None)
        for family, key in followed(there.metrics).items():
            _insert_followed(ALL, there, family, key, None)
    with connection.cursor() as cursor:
        cursor.execute(INDEX)
        cursor.execute(f"ANALYZE {ANEW}")


def swap() -> None:
    """Let the facts that were written anew be those that are read: the last step, since readers wait from here until the end."""
    with connection.cursor() as cursor:
        cursor.execute(SWAP)


def _insert(text: str, there: Ground, family: Family, keys: Sequence[str], ids: Sequence[int] | None) -> None:
    asked = Asked(there.params, None, subjects=ids, measures=frozenset(keys), numbered=ids is None)
    more = {"kept_keys": list(keys)}
    if family.added_up is not None:
        _write(text, there, family, family.added_up(asked), ADDED_UP, more)
    else:
        _write(text, there, family, family.lines(asked), TOGETHER if family.subject is Subject.DEAL else EACH, more)


def _insert_followed(text: str, there: Ground, family: Family, key: str, ids: Sequence[int] | None) -> None:
    statement = family.lines(Asked(there.params, None, subjects=ids))
    _write(text, there, family, statement, FOLLOWED, {"kept_follower": key})


def _write(text: str, there: Ground, family: Family, statement: Statement, rows: str, more: dict[str, Any]) -> None:
    values = {
        **statement.values,
        **more,
        "kept_now": there.now,
        "kept_zone": there.params.zone.key,
        "kept_kind": KINDS[family.subject],
    }
    text = ALL_NUMBERED if statement.numbered else text
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(text).format(ctes=statement.ctes, select=statement.select, rows=sql.SQL(rows)), values)

"""Which credits answer a question? Those that are kept, or, where these do not fit, credits computed for it.

Kept ones are of everything, as known now, by the terms in force now, with the data-driven model as it was learnt last. A question
as of before that, as known earlier, by terms of then, or by who sees only some leads, is answered by credits of its own: by the
version in force at its `as_of`, with a model learnt from what had happened by then. They stand in a table of the session.
"""

from __future__ import annotations

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody, reporting_currency, reporting_zone
from kpis import freshness
from kpis.attribution.keeping import TABLE, WHAT, write_credits
from kpis.attribution.learning import BATCH, learn
from kpis.attribution.queries.touches import Horizon
from kpis.attribution.terms import attribution_in_force
from kpis.reports.params import ReportParams, rfc3339
from leads.records.visibility import sight_of

LIVE = "attribution_live"

THERE = "SELECT to_regclass(%(table)s) IS NOT NULL"
MAKE = "CREATE TEMP TABLE attribution_live (LIKE kpis_credit) ON COMMIT DELETE ROWS"
CLEAR = "DELETE FROM attribution_live"
FILLED_FOR = "SELECT current_setting('alignment.credits', true) = %(key)s AND EXISTS (SELECT FROM attribution_live)"
FILL_FOR = "SELECT set_config('alignment.credits', %(key)s, true)"

CLOSED = """
SELECT id FROM leads_deal
WHERE id > %(after)s AND (status = 'won' AND closed_at >= %(start)s AND closed_at < %(end)s
                          OR opened_at >= %(start)s AND opened_at < %(end)s)
ORDER BY id LIMIT %(limit)s
"""


def prepare(params: ReportParams, user: Somebody | None) -> None:
    """Make the session ready for the question. Before the snapshot in which it is answered: that one writes nothing but in here."""
    if answers_from_kept(params, user):
        return
    with connection.cursor() as cursor:
        cursor.execute(THERE, {"table": "pg_temp.attribution_live"})
        if not cursor.fetchone()[0]:
            cursor.execute(MAKE)


def credit_table(params: ReportParams, user: Somebody | None) -> sql.Identifier:
    """The table of credits that answers the question: of deals won or opened in its period. After `prepare`, in its snapshot."""
    if answers_from_kept(params, user):
        return sql.Identifier(TABLE)
    key = f"{params.start} {params.end} {params.as_of} {params.known_at} {sight_of(user)}"
    with connection.cursor() as cursor:
        cursor.execute(FILLED_FOR, {"key": key})
        if cursor.fetchone()[0]:
            return sql.Identifier(LIVE)
        cursor.execute(CLEAR)
        cursor.execute(FILL_FOR, {"key": key})
    _fill(params, user)
    return sql.Identifier(LIVE)


def answers_from_kept(params: ReportParams, user: Somebody | None) -> bool:
    """Whether what is kept is what the question asks for."""
    if params.known_at is not None or not sight_of(user).everything:
        return False
    noted = freshness.last(WHAT)
    if noted is None or params.as_of < noted.at:
        return False
    rests_on = (noted.detail.get("version"), noted.detail.get("currency"), noted.detail.get("zone"))
    return rests_on == (
        attribution_in_force(min(params.as_of, params.computed_at)).version_id, reporting_currency(), reporting_zone().key
    )  # fmt: skip


def learnt_at(params: ReportParams, user: Somebody | None) -> str:
    """As of when the data-driven model of the answer was learnt."""
    noted = freshness.last(WHAT)
    if noted is not None and answers_from_kept(params, user):
        return rfc3339(noted.at)
    return rfc3339(params.as_of)


def _fill(params: ReportParams, user: Somebody | None) -> None:
    terms = attribution_in_force(min(params.as_of, params.computed_at)).terms
    horizon = Horizon(params.as_of, params.known_at, sight_of(user))
    effects, after = learn(terms, horizon), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(CLOSED, {"start": params.start, "end": params.end, "after": after, "limit": BATCH})
            deals = [row[0] for row in cursor.fetchall()]
        if not deals:
            return
        write_credits(LIVE, deals, terms, horizon, effects)
        after = deals[-1]

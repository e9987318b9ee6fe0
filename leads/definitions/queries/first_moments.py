"""At which instant did each lead first meet a definition, and when may time alone change the answer?

Grain: one row a lead given that counts. Clock: what was known at each moment looked at. Only moments at which something can
have made the criteria true are looked at: from where to look on, what came, what fell out of a window, and in the order of
time until one holds; none, where fields that must fit do not. Uses activity_order and consent_order: the cost is that of the leads
asked about.
"""

from __future__ import annotations

from datetime import datetime

from psycopg2 import sql

from leads.definitions.compiling.activities import JUDGED, Knowledge, fits, known_from
from leads.definitions.compiling.conditions import Writer, conjuncts, is_lasting
from leads.definitions.compiling.sources import Moments
from leads.definitions.compiling.statements import Statement, Values, every, part, some
from leads.definitions.compiling.watching import Watched, watched_by
from leads.definitions.fields import COMPANY
from leads.definitions.queries.everybody import COUNTED
from leads.definitions.terms import LeadDefinition

FIRST = (
    """
SELECT l.id AS lead_id, f.at, CASE WHEN {missed} THEN (SELECT min(t.at) FROM unnest(c.at) t(at) WHERE t.at > {until}) END AS next_at{held}
FROM ({since}) s JOIN leads_lead l ON l.id = s.lead_id
CROSS JOIN LATERAL (SELECT greatest(s.since, l.{known_since}) AS at, {news} OFFSET 0) b
CROSS JOIN LATERAL ({worth}) worth
CROSS JOIN LATERAL (SELECT array_agg(DISTINCT t.at ORDER BY t.at) AS at FROM ({candidates}) t(at) WHERE t.at > b.after AND worth.it) c
{at_the_end}
LEFT JOIN LATERAL (
    SELECT m.at
    FROM (
        SELECT u.at FROM unnest(b.at || c.at) u(at)
        WHERE u.at BETWEEN b.at AND {until} AND worth.it AND (NOT b.returned OR c.at[1] <= u.at) ORDER BY u.at OFFSET 0
    ) m
    {joins}
    WHERE {verdict}{only}
    ORDER BY m.at LIMIT 1
) f ON true
WHERE """
    + COUNTED
)

AT_THE_END = """
LEFT JOIN LATERAL (
    SELECT true AS held FROM (SELECT {until} AS at WHERE worth.it AND b.at <= {until} OFFSET 0) m {joins} WHERE {verdict}
) h ON true
"""

AT_ONCE = "greatest(s.since, l.{0}) AS after, greatest(s.since, l.{0}) AS fields_after, false AS returned"
BY_NEWS = """coalesce(s.returned, greatest(s.since, l.{0})) AS after, greatest(s.returned, s.effect) AS fields_after,
    s.returned IS NOT NULL AS returned"""
"""Who was brought back meets nothing until something came after the return; of fields what changed under this version."""
WORTH = "SELECT ({fit}{changed}) AS it FROM (SELECT) one {joins} OFFSET 0"
CHANGED = """ OR EXISTS (SELECT FROM leads_fieldspast p WHERE p.lead_id = l.id)
    OR EXISTS (SELECT FROM leads_fieldspast p WHERE p.company_id = l.company_id)"""

CAME = "SELECT {} FROM leads_activity a WHERE a.lead_id = l.id AND {}"
LEFT = "SELECT a.at + {0} FROM leads_activity a WHERE a.lead_id = l.id AND a.at > b.after - {0} AND {1} < a.at + {0} AND {2}"
SAID = "SELECT {} FROM leads_consent w WHERE w.lead_id = l.id AND w.purpose = ANY({}::text[])"
LEAD_CHANGED = "SELECT p.until FROM leads_fieldspast p WHERE p.lead_id = l.id AND p.until > b.fields_after"
COMPANY_CHANGED = """SELECT p.until FROM leads_fieldspast p WHERE p.until > b.fields_after AND p.company_id IN (
    SELECT l.company_id UNION SELECT (o.values ->> 'company_id')::bigint FROM leads_fieldspast o WHERE o.lead_id = l.id)"""
NONE = "SELECT NULL::timestamptz"


def first_moments(
    definition: LeadDefinition,
    since: Statement,
    until: datetime,
    *,
    knowledge: Knowledge = JUDGED,
    by_news: bool = False,
    at_the_end: bool = False,
    prefix: str = "d",
) -> Statement:
    """Rows (lead_id, at, next_at) for a query of (lead_id, since): the earliest moment from `since` (that moment included) up to
    `until` at which the criteria held, else null; and where they did not, the next moment after `until` at which they may hold
    without anything being recorded, else null.

    `by_news`: the query gives (lead_id, since, returned, effect), and who was brought back at `returned` meets it only from
    something new on: what came, fell out of a window or changed after the return, fields also after `effect`.

    `at_the_end`: only whose criteria hold at `until` have a moment; a fourth column `held` says so, and who they are not has the next
    moment after it.
    """
    values = Values(prefix)
    source = Moments(sql.SQL("m.at"), values, knowledge)
    verdict = Writer(definition, source).verdict()
    known_since = sql.Identifier("created_at" if knowledge.imported_at_once else "recorded_at")
    end, nothing = part("{}::timestamptz", values.add(until)), sql.SQL("")
    joins = source.joins()
    text = sql.SQL(FIRST).format(
        since=since.text,
        until=end,
        missed=sql.SQL("h.held IS NULL" if at_the_end else "f.at IS NULL"),
        held=sql.SQL(", h.held IS TRUE AS held") if at_the_end else nothing,
        at_the_end=sql.SQL(AT_THE_END).format(until=end, joins=joins, verdict=verdict) if at_the_end else nothing,
        only=sql.SQL(" AND h.held") if at_the_end else nothing,
        known_since=known_since,
        news=part(BY_NEWS if by_news else AT_ONCE, known_since),
        worth=_worth(definition, knowledge, values),
        candidates=_candidates(watched_by(definition), knowledge, values),
        joins=joins,
        verdict=verdict,
    )
    return Statement(text, {**since.values, **values.given})


def _worth(definition: LeadDefinition, knowledge: Knowledge, values: Values) -> sql.Composable:
    """Whether it is worth looking at the lead's log: not where its fields, which nobody changed, do not fit what must hold."""
    source = Moments(sql.SQL("b.at"), values)
    writer = Writer(definition, source)
    fit = every(writer.condition(one) for one in conjuncts(definition.criteria) if is_lasting(one))
    changed = sql.SQL(CHANGED if knowledge.past_fields else "")
    return sql.SQL(WORTH).format(fit=fit, changed=changed, joins=source.joins())


def _candidates(watched: Watched, knowledge: Knowledge, values: Values) -> sql.Composable:
    """The moments after `b.after` at which the criteria of lead `l` may have become true."""
    parts: list[sql.Composable] = [sql.SQL(NONE)]
    if watched.coming:
        parts.append(part(CAME, known_from(knowledge, "a"), some(fits(one, values) for one in watched.coming)))
    for activity, days in watched.leaving:
        parts.append(part(LEFT, values.hours(days), known_from(knowledge, "a"), fits(activity, values)))
    if watched.purposes:
        parts.append(part(SAID, known_from(knowledge, "w"), values.add(sorted(watched.purposes))))
    parts += _of_fields(watched, knowledge, values)
    return sql.SQL("\nUNION ALL ").join(parts)


def _of_fields(watched: Watched, knowledge: Knowledge, values: Values) -> list[sql.Composable]:
    """When fields changed, and when moments kept in them come and fall out of their windows."""
    parts: list[sql.Composable] = []
    for (_name, days), field in watched.moments.items():
        column = sql.Identifier("c" if field.owner == COMPANY else "l", field.column)
        parts.append(part("SELECT {0} UNION ALL SELECT {0} + {1}", column, values.hours(days)))
    if knowledge.past_fields and watched.owners:
        parts.append(sql.SQL(LEAD_CHANGED))
    if knowledge.past_fields and COMPANY in watched.owners:
        parts.append(sql.SQL(COMPANY_CHANGED))
    return parts

"""Were the agreed times kept, and how fast was a lead spoken with?

Grain: one row a group. Clock: the deadline lies in the period and ≤ as_of; see `kpis.reports.queries.handed`. Speed looks at the first
offer of each pass, so that passing on or turning down wins nothing: the contact that counts is the first since that offer and
before the next pass; who was not spoken with counts as at risk up to as_of. Kaplan–Meier: `kpis.reports.survival`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.each_cut import by_cut, one_by_one, together
from kpis.reports.params import ReportParams
from kpis.reports.percentiles import NOTHING, Percentiles, percentiles, whole_numbers
from kpis.reports.queries.handed import Group, handed
from kpis.reports.survival import survival
from leads.handoffs.queries.contacts import first_contact

COUNTS = "(state <> 'withdrawn' OR decided_at > accept_by)"
CONDITIONS = {
    "accept_n": COUNTS,
    "accept_met": "state IN ('accepted', 'rejected') AND decided_at <= accept_by",
    "accept_late": "state IN ('accepted', 'rejected') AND decided_at > accept_by",
    "accept_expired": "state = 'expired'",
    "accept_withdrawn": "state = 'withdrawn' AND decided_at > accept_by",
    "accept_open": "state = 'offered'",
    "accepted": "state = 'accepted'",
    "rejected": "state = 'rejected'",
    "contact_n": "state = 'accepted'",
    "contact_met": "state = 'accepted' AND contacted_at <= contact_by",
    "contact_late": "state = 'accepted' AND contacted_at > contact_by",
    "contact_open": "state = 'accepted' AND contacted_at IS NULL",
}
"""What each count of the report counts, among the handoffs whose deadline lies in the period."""

ACCEPT = (
    "accept_n",
    "accept_met",
    "accept_late",
    "accept_expired",
    "accept_withdrawn",
    "accept_open",
    "accepted",
    "rejected",
)
CONTACT = ("contact_n", "contact_met", "contact_late", "contact_open")

KEPT = "{ctes} SELECT ARRAY[{cuts}]::text[], {counts} FROM handed GROUP BY {group_by}"

FIRST_OFFERS = f""",
placed AS (
    SELECT f.id, f.lead_id, f.offered_at, f.rule_id, f.rule_key, f.to_user_id, f.to_team_id, f.to_side, f.calendar_id,
           f.contact_by, f.state, f.returned_at, f.reason, p.forward_at, p.ended,
           row_number() OVER (PARTITION BY f.lead_id, p.pass_number ORDER BY f.offered_at, f.id) AS place
    FROM facts f LEFT JOIN passed p
      ON p.lead_id = f.lead_id AND p.began <= f.offered_at AND (p.ended IS NULL OR f.offered_at < p.ended)
),
firsts AS (
    SELECT id, lead_id, offered_at, rule_id, rule_key, to_user_id, to_team_id, calendar_id, contact_by, state, returned_at, reason,
           CASE WHEN forward_at <= offered_at THEN forward_at END AS forward_at,
           nullif(least({first_contact("placed")}, coalesce(ended, 'infinity')), coalesce(ended, 'infinity')) AS contacted_at
    FROM placed WHERE place = 1 AND contact_by >= %(start)s AND contact_by < %(end)s AND contact_by <= %(as_of)s
    OFFSET 0
)
"""
"""The contact is looked for last and once (OFFSET 0), for the few that are left: it costs a look at each lead's log."""

SPEED = """
{ctes},
told AS MATERIALIZED (
    SELECT {columns}contacted_at IS NOT NULL AS spoken,
           CASE WHEN contacted_at IS NOT NULL THEN kpis_microseconds(offered_at, contacted_at) END AS from_offer,
           kpis_microseconds(forward_at, coalesce(contacted_at, %(as_of)s)) AS clock,
           CASE WHEN contacted_at IS NOT NULL AND forward_at IS NOT NULL
                THEN round(leads_working_seconds(calendar_id, forward_at, contacted_at)::numeric * 1000000)::bigint END AS business
    FROM handed
)
SELECT {cuts} AS cuts, count(*), count(*) FILTER (WHERE spoken), string_agg(int8send(from_offer), ''), string_agg(int8send(business), ''),
       string_agg(int8send(clock), '') FILTER (WHERE spoken), string_agg(int8send(clock), '') FILTER (WHERE NOT spoken)
FROM told{each} GROUP BY 1
"""


WITH_DEADLINE = """
SELECT DISTINCT h.lead_id FROM leads_deadline d JOIN leads_handoff h ON h.id = d.handoff_id
WHERE d.clock = 'contact' AND d.due_at >= %(start)s AND d.due_at < %(end)s
"""
"""Whatever was known of it when: one that was put off since counts, too. Deadlines are read whole, two a handoff."""

SHORT = timedelta(days=100)


@dataclass(frozen=True)
class Speed:
    """Of `n` first offers of a pass, `contacted` were spoken with. Percentiles (50, 75, 90) in seconds, over those.

    `from_offer` since the pass's first offer; `clock` and `business` since the first forward change of the pass.
    """

    n: int = 0
    contacted: int = 0
    from_offer: Percentiles = NOTHING
    clock: Percentiles = NOTHING
    business: Percentiles = NOTHING
    km_median_seconds: int | None = None


def read_kept(
    params: ReportParams, user: Somebody | None, *, when: str, names: tuple[str, ...]
) -> dict[Group, dict[str, int]]:
    """By group, how many of the handoffs whose deadline `when` lies in the period meet each of these conditions."""
    counts = sql.SQL(", ").join(sql.SQL(f"count(*) FILTER (WHERE {CONDITIONS[name]})") for name in names)
    rows = handed(params, user, when=when).fetch(KEPT, counts=counts)
    return {tuple(row[0]): dict(zip(names, row[1:], strict=True)) for row in rows}


def read_speed(params: ReportParams, user: Somebody | None) -> dict[Group, Speed]:
    """By group of the pass's first offer."""
    return {tuple(cuts): speed for cuts, speed in _speeds(params, user, together)}


def read_every_speed(params: ReportParams, user: Somebody | None) -> dict[tuple[str, ...], dict[Group, Speed]]:
    """The same by each of the cuts and by none."""
    return {by: dict(rows) for by, rows in by_cut(params.by, _speeds(params, user, one_by_one)).items()}


def _speeds(
    params: ReportParams, user: Somebody | None, grouped: Callable[[Sequence[str]], dict[str, sql.Composable]]
) -> Iterator[tuple[Sequence[str | None], Speed]]:
    there = handed(params, user, when="contact_by", source="firsts", between=FIRST_OFFERS)
    columns = sql.Composed(sql.SQL("{}, ").format(sql.Identifier(name)) for name in there.columns)
    text = sql.SQL(SPEED).format(ctes=there.ctes, columns=columns, **grouped(there.columns))
    with connection.cursor() as cursor:
        cursor.execute(text, {**there.values, "leads": _who_may_count(params)})
        for cuts, n, spoken, from_offer, business, made, waiting in cursor:
            clock, still = whole_numbers(made), whole_numbers(waiting)
            median = survival(clock, still).median_seconds
            yield (
                cuts,
                Speed(
                    n,
                    spoken,
                    percentiles(whole_numbers(from_offer)),
                    percentiles(clock),
                    percentiles(whole_numbers(business)),
                    median,
                ),
            )


def _who_may_count(params: ReportParams) -> list[int] | None:
    """The leads with a deadline in a period that is not long: theirs are all the offers that a pass is looked at for. None: all."""
    if params.end - params.start > SHORT:
        return None
    with connection.cursor() as cursor:
        cursor.execute(WITH_DEADLINE, {"start": params.start, "end": params.end})
        return [row[0] for row in cursor.fetchall()]

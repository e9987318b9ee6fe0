"""What became of what was offered, were deadlines kept, and how many attempts did an answer take?

Grain: one line a handoff and measure. Clock: the offer, or the deadline, as in the reports acceptance and SLA, whose beginning
(`kpis.reports.queries.handed`) and conditions these are. One family a clock, since a handoff lies in another period by each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from psycopg2 import sql

from alignment.unpivot import unpivot_composed
from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.metrics.queries.of_leads import constant, subjects_of
from kpis.reports.queries.handed import handed
from kpis.reports.queries.sla import CONDITIONS, FIRST_OFFERS
from leads.activities.kinds import REPLIES

LINES = """
SELECT m.measure, f.id AS line_id, f.lead_id AS subject_id, f.lead_id, f.{when} AS at, f.{when} AS counts_from, m.value{cuts}
FROM handed f {more} CROSS JOIN LATERAL {measures} AS m(measure, value, is_there)
WHERE m.is_there
"""

OUTCOMES = {
    "offers": "true",
    "accepted": "state = 'accepted'",
    "rejected": "state = 'rejected'",
    "expired": "state = 'expired'",
    "decided": "state IN ('accepted', 'rejected', 'expired')",
}
"""By measure what is counted, by time of the offer."""

TO_ACCEPT = {"sla_accept_due": CONDITIONS["accept_n"], "sla_accept_met": CONDITIONS["accept_met"]}
TO_CONTACT = {"sla_contact_due": CONDITIONS["contact_n"], "sla_contact_met": CONDITIONS["contact_met"]}

ATTEMPTS = """
CROSS JOIN LATERAL (
    SELECT min(a.at) AS at FROM leads_activity a
    WHERE a.lead_id = f.lead_id AND a.at > f.offered_at AND a.at <= %(as_of)s AND a.direction = 'inbound' AND a.kind = ANY(%(replies)s)
      AND (%(known_at)s::timestamptz IS NULL OR a.recorded_at <= %(known_at)s)
) reply
CROSS JOIN LATERAL (
    SELECT count(*) AS made FROM leads_activity a
    WHERE a.lead_id = f.lead_id AND a.at >= f.offered_at AND a.at < reply.at AND a.direction = 'outbound' AND NOT a.automated
      AND a.side = CASE f.to_side WHEN 'partner' THEN 'sales' ELSE f.to_side END
      AND (%(known_at)s::timestamptz IS NULL OR a.recorded_at <= %(known_at)s)
) attempts
"""
"""Index: activity_order."""

ANSWERED = "f.state = 'accepted' AND reply.at IS NOT NULL"

MOVED = "extract(epoch FROM f.forward_at)"
SPOKEN_WITH = "round(extract(epoch FROM f.contacted_at - f.forward_at)::numeric, 6)"


def _lines(
    when: str, measures: Mapping[str, tuple[str, str]], *, more: str = "", firsts: bool = False
) -> Callable[[Asked], Statement]:
    """Handoffs by `when`; by measure its value and the condition under which there is a line."""

    def lines(asked: Asked) -> Statement:
        wanted = {key: parts for key, parts in measures.items() if asked.wants(key)}
        there = handed(
            asked.params,
            asked.user,
            when=when,
            source="firsts" if firsts else "facts",
            between=FIRST_OFFERS if firsts else "",
        )
        rows = unpivot_composed(
            sql.SQL("{}::text, {}::numeric, {}").format(constant(key), sql.SQL(value), sql.SQL(condition))
            for key, (value, condition) in (wanted or {"": ("0", "false")}).items()
        )
        select = sql.SQL(LINES).format(
            when=sql.Identifier(when),
            measures=rows,
            more=sql.SQL(more),
            cuts=sql.Composed(sql.SQL(", f.{}").format(sql.Identifier(name)) for name in there.columns),
        )
        return Statement(
            there.ctes + sql.SQL(", "), select, {**there.values, **subjects_of(asked), "replies": sorted(REPLIES)}
        )

    return lines


def _counting(conditions: Mapping[str, str]) -> Mapping[str, tuple[str, str]]:
    return {key: ("1", condition) for key, condition in conditions.items()}


OFFERS = Family("offers", Subject.LEAD, _lines("offered_at", _counting(OUTCOMES)))
ACCEPT_DEADLINES = Family("accept_deadlines", Subject.LEAD, _lines("accept_by", _counting(TO_ACCEPT)))
CONTACT_DEADLINES = Family("contact_deadlines", Subject.LEAD, _lines("contact_by", _counting(TO_CONTACT)))
ANSWERS = Family(
    "answers",
    Subject.LEAD,
    _lines(
        "offered_at",
        {"attempts_made": ("attempts.made", ANSWERED), "answered": ("1", ANSWERED)},
        more=ATTEMPTS,
    ),
)
SPEEDS = Family(
    "first_offers",
    Subject.LEAD,
    _lines("contact_by", {"first_offers": (SPOKEN_WITH, "true"), "first_moves": (MOVED, "true")}, firsts=True),
)
"""First offers of a pass; the value is the time from its first forward change to the first contact, null while there is none. Beside it
that change, by which those wait who were not spoken with."""

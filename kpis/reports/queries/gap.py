"""What became of each lead that marketing passed: by which definition it was qualified, by which rule offered, and how that ended?

Grain: `passings` one row a qualification by a definition, and one a pass whose offers no definition came before. Clock: the
qualification (else the first offer) in the period; what became of it by as_of. An offer belongs to the last qualification of its
pass before it. Index: stage_change_by_agreement, handoff_order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg2 import sql

from alignment.people.selectors import Somebody
from alignment.ui.words import NOTHING
from kpis.reports.behind import After
from kpis.reports.cuts import CutSql
from kpis.reports.lines import Line
from kpis.reports.params import ReportParams
from kpis.reports.queries.acceptance import ReasonCount
from kpis.reports.queries.handed import OWN_CUTS, Group, Handed, handed

PASSINGS = """,
moved AS (
    SELECT s.lead_id, s.{change} AS id, s.at, v.id AS version_id, a.key || ' v' || v.number AS definition,
           least(lead(s.at) OVER (PARTITION BY s.lead_id ORDER BY s.at, s.{change}), p.ended) AS until
    FROM {stays} s
    JOIN leads_stagechange c ON c.id = s.{change}
    JOIN agreements_version v ON v.id = c.agreement_version_id
    JOIN agreements_agreement a ON a.id = v.agreement_id AND a.kind = 'lead_definition'
    JOIN leads_lead l ON l.id = s.lead_id
    LEFT JOIN passed p ON p.lead_id = s.lead_id AND p.pass_number = s.pass_number
    WHERE s.at <= %(as_of)s AND {counted}
),
owned AS (
    SELECT f.id, f.lead_id, f.offered_at, f.rule_id, f.rule_key, f.to_user_id, f.to_team_id, f.state, f.returned_at, f.reason,
           m.id AS moved_id, p.pass_number
    FROM facts f
    LEFT JOIN moved m ON m.lead_id = f.lead_id AND m.at <= f.offered_at AND (m.until IS NULL OR f.offered_at < m.until)
    LEFT JOIN passed p ON p.lead_id = f.lead_id AND p.began <= f.offered_at AND (p.ended IS NULL OR f.offered_at < p.ended)
),
begun AS (
    SELECT lead_id, id, at, until, version_id, definition, id AS moved_id, NULL::int AS pass_number FROM moved
    UNION ALL
    SELECT lead_id, min(id), min(offered_at), NULL, NULL, NULL, NULL, pass_number
    FROM owned WHERE moved_id IS NULL GROUP BY lead_id, pass_number
),
passings AS (
    SELECT b.lead_id, b.id, b.at, b.at AS offered_at, b.version_id, b.definition, b.moved_id, b.pass_number,
           coalesce(o.rule_key, (
               SELECT n.rule_key FROM leads_need n
               WHERE n.lead_id = b.lead_id AND n.qualified_at >= b.at AND (b.until IS NULL OR n.qualified_at < b.until)
                 AND n.qualified_at <= %(as_of)s AND (%(known_at)s::timestamptz IS NULL OR n.recorded_at <= %(known_at)s)
               ORDER BY n.qualified_at, n.id LIMIT 1)) AS rule_key,
           o.to_user_id, o.to_team_id, coalesce(o.offers, 0) AS offers, coalesce(o.open, false) AS open,
           coalesce(o.accepted, false) AS accepted, coalesce(o.rejected, false) AS rejected,
           coalesce(o.expired, false) AS expired, coalesce(o.returned, false) AS returned
    FROM begun b
    LEFT JOIN (
        SELECT lead_id, moved_id, CASE WHEN moved_id IS NULL THEN pass_number END AS pass_number, count(*) AS offers,
               (array_agg(rule_key ORDER BY offered_at, id))[1] AS rule_key,
               (array_agg(to_user_id ORDER BY offered_at, id))[1] AS to_user_id,
               (array_agg(to_team_id ORDER BY offered_at, id))[1] AS to_team_id,
               bool_or(state = 'offered') AS open, bool_or(state = 'accepted') AS accepted, bool_or(state = 'rejected') AS rejected,
               bool_or(state = 'expired') AS expired, bool_or(returned_at IS NOT NULL) AS returned
        FROM owned GROUP BY 1, 2, 3
    ) o ON o.lead_id = b.lead_id AND o.moved_id IS NOT DISTINCT FROM b.moved_id AND o.pass_number IS NOT DISTINCT FROM b.pass_number
)
"""

CONDITIONS = {
    "qualified": "moved_id IS NOT NULL",
    "offered": "offers > 0",
    "open": "open",
    "accepted": "accepted",
    "rejected": "rejected",
    "expired": "expired",
    "returned": "returned",
    "refused": "rejected AND NOT accepted",
    "unoffered": "offers = 0",
}
"""What each count of the report counts, of the passings of the period. `refused`: turned down, and accepted by nobody."""

FIGURES = "{ctes} SELECT ARRAY[{cuts}]::text[], {counts} FROM handed GROUP BY {group_by}"

REASONS = """
{ctes}
SELECT ARRAY[{cuts}]::text[], o.reason, (array_agg(said.title ORDER BY o.rule_id DESC))[1], count(DISTINCT (h.lead_id, h.id))
FROM handed h
JOIN owned o ON o.lead_id = h.lead_id AND o.moved_id IS NOT DISTINCT FROM h.moved_id AND o.state = 'rejected'
            AND (h.moved_id IS NOT NULL OR o.pass_number IS NOT DISTINCT FROM h.pass_number)
LEFT JOIN agreements_version v ON v.id = o.rule_id
LEFT JOIN LATERAL (
    SELECT r ->> 'title' AS title FROM jsonb_array_elements(v.terms -> 'reasons') r WHERE r ->> 'key' = o.reason LIMIT 1
) said ON true
GROUP BY {also} o.reason
"""

DECIDED = """
{ctes}
SELECT DISTINCT ON (version_id, lead_id) version_id, lead_id, at, accepted
FROM handed WHERE version_id IS NOT NULL AND (accepted OR rejected)
ORDER BY version_id, lead_id, at DESC, id DESC
"""

ROWS = """
{ctes}
SELECT id, lead_id, at, definition, rule_key, offers, accepted, rejected, expired, returned, open FROM handed
WHERE ({condition}) AND (%(after_at)s::timestamptz IS NULL OR (at, id) > (%(after_at)s, %(after_id)s))
ORDER BY at, id LIMIT %(limit)s
"""

CUTS = {**OWN_CUTS, "definition": CutSql(sql.SQL("f.definition"))}


@dataclass(frozen=True)
class Decided:
    """A lead that a version of a definition passed at `at`, and whether anybody accepted it; the others were turned down."""

    version_id: int
    lead_id: int
    at: datetime
    accepted: bool


def passings(params: ReportParams, user: Somebody | None) -> Handed:
    """The passings of the period, as `handed`."""
    return handed(params, user, when="at", source="passings", between=PASSINGS, own_cuts=CUTS, to_the_end=False)


def read_figures(params: ReportParams, user: Somebody | None) -> dict[Group, dict[str, int]]:
    """By group, the counts of `CONDITIONS`."""
    counts = sql.SQL(", ").join(sql.SQL(f"count(*) FILTER (WHERE {one})") for one in CONDITIONS.values())
    rows = passings(params, user).fetch(FIGURES, counts=counts)
    return {tuple(row[0]): dict(zip(CONDITIONS, row[1:], strict=True)) for row in rows}


def read_reasons(params: ReportParams, user: Somebody | None) -> dict[Group, list[ReasonCount]]:
    """By group, how many passings were turned down for each reason, the most frequent first."""
    asked = passings(params, user)
    also = asked.cuts() + sql.SQL(", ") if asked.columns else sql.SQL("")
    found: dict[Group, list[ReasonCount]] = {}
    for cuts, key, title, n in asked.fetch(REASONS, also=also):
        found.setdefault(tuple(cuts), []).append(ReasonCount(key, title, n))
    for reasons in found.values():
        reasons.sort(key=lambda reason: (-reason.n, reason.key is None, reason.key or ""))
    return found


def read_decided(params: ReportParams, user: Somebody | None) -> list[Decided]:
    """The leads that versions of definitions passed and that sales decided on, each with its last passing by that version."""
    return [Decided(*row) for row in passings(params, user).fetch(DECIDED)]


def read_rows(
    params: ReportParams, user: Somebody | None, *, condition: str, after: After | None, limit: int
) -> list[Line]:
    """The passings behind one count, earliest first."""
    values = {"after_at": after.at if after else None, "after_id": after.id if after else None, "limit": limit}
    rows = passings(params, user).fetch(ROWS, values, condition=sql.SQL(condition))
    return [
        Line(lead_id, at, pk, (definition or NOTHING, rule or NOTHING, str(offers), _became(*states)))
        for pk, lead_id, at, definition, rule, offers, *states in rows
    ]


def _became(*states: bool) -> str:
    """Everything that was decided, in words."""
    words = ("accepted", "turned down", "expired", "came back", "open")
    return ", ".join(word for word, holds in zip(words, states, strict=True) if holds).capitalize() or NOTHING

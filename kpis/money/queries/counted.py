"""Which deals count in a figure, and by what may they be cut? The beginning of every statement about deals.

Grain: one row a deal. Clock: a deal is not a log: its present amount, dates and status are what is known, from `created_at` on.
A deal of a test lead counts in nothing; one without a lead counts for who sees everything. What is cut at an instant takes the
lead's values of then, as the log has them.
"""

from __future__ import annotations

from psycopg2 import sql

from kpis.reports.cuts import IN_FORCE, CutSql, cut_sql
from kpis.reports.held import span_join
from leads.records.visibility import VISIBLE

DEALS = f"""
deals AS (
    SELECT d.*, coalesce('c' || d.company_id, 'l' || d.lead_id, 'd' || d.id) AS customer,
           CASE WHEN d.status <> 'open' THEN d.closed_at END AS ended_at
    FROM leads_deal d LEFT JOIN leads_lead l ON l.id = d.lead_id
    WHERE CASE WHEN l.id IS NULL THEN %(sees_everything)s ELSE NOT l.is_test AND l.merged_into_id IS NULL AND {VISIBLE} END
      AND (%(known_at)s::timestamptz IS NULL OR d.created_at <= %(known_at)s)
      AND (%(system)s::text IS NULL OR coalesce(l.system, CASE WHEN l.id IS NULL THEN d.system END) = %(system)s OR EXISTS (
          SELECT FROM leads_leadidentity i WHERE i.lead_id = l.id AND i.system = %(system)s)){{among}}
)"""

AMONG = """
      AND d.id = ANY(%(subjects)s::bigint[])"""
AMONG_THEIR_CUSTOMERS = """
      AND (d.id = ANY(%(subjects)s::bigint[])
           OR d.company_id IN (SELECT s.company_id FROM leads_deal s WHERE s.id = ANY(%(subjects)s::bigint[]))
           OR d.company_id IS NULL AND d.lead_id IN (
               SELECT s.lead_id FROM leads_deal s WHERE s.id = ANY(%(subjects)s::bigint[]) AND s.company_id IS NULL))"""

LEAD = "LEFT JOIN leads_lead l ON l.id = f.lead_id\n"
OWNER = "LEFT JOIN people_user deal_owner ON deal_owner.id = f.owner_id\n"
OWNERS_TEAM = """LEFT JOIN people_user whose ON whose.id = coalesce(f.owner_id, held_then.ref)
LEFT JOIN people_team whose_team ON whose_team.id = whose.team_id
"""


def deal_cut(name: str, at: sql.Composable) -> CutSql:
    """A cut of rows `f` that have the columns of a deal, joined to their lead `l`."""
    cut = cut_sql(name, at)
    if name == "owner":
        value = sql.SQL("CASE WHEN f.owner_id IS NULL THEN {} ELSE coalesce(deal_owner.email, deal_owner.name) END")
        return CutSql(value.format(cut.value), cut.joins + sql.SQL(OWNER))
    if name == "team":
        alias = sql.Identifier("held_then")
        held = span_join("owner", at, alias) or sql.SQL(IN_FORCE).format(field=sql.Literal("owner"), at=at, alias=alias)
        known = sql.SQL("coalesce({}, whose_team.name)").format(cut.value)
        return CutSql(known, cut.joins + held + sql.SQL(OWNERS_TEAM))
    return cut

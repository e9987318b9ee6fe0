"""Which touches lie before an instant, of the people of an account? Grain: one row a touch of one journey, in order.

A journey is a deal's, up to before its anchor; or that of an account without a deal, up to `as_of`. Its people are those who were
of its company at the time of each touch; without a company, the lead alone. A page view counts where the same lead had no other
less than a visit's time before. Ties of time go by system, external id, id; what has none comes last. Clock: activities at ≤ as_of,
recorded ≤ known_at. Indexes: activity_order, past_company_by_company, the key of a lead's company.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kpis.attribution.arrays import Int64, read_numbers
from kpis.attribution.terms import AttributionTerms
from leads.records.visibility import VISIBLE, Sight

COLUMNS = ("journey", "activity", "lead", "at", "campaign", "channel")
"""`at` in microseconds, `campaign` 0 for none, `channel` a hash of its name, 0 for none."""

OF_DEALS = """
SELECT d.id AS journey, d.company_id, d.lead_id, a.anchor - %(look_back)s AS since, a.anchor AS until
FROM leads_deal d
CROSS JOIN LATERAL (SELECT coalesce(d.opened_at, CASE WHEN d.status <> 'open' THEN d.closed_at END) AS anchor) a
WHERE d.id = ANY(%(journeys)s::bigint[]) AND a.anchor IS NOT NULL
"""

OF_COMPANIES = """
SELECT j AS journey, j AS company_id, NULL::bigint AS lead_id, NULL::timestamptz AS since, NULL::timestamptz AS until
FROM unnest(%(journeys)s::bigint[]) AS j
"""

OF_PEOPLE = """
SELECT j AS journey, NULL::bigint AS company_id, j AS lead_id, NULL::timestamptz AS since, NULL::timestamptz AS until
FROM unnest(%(journeys)s::bigint[]) AS j
"""

TOUCHES = f"""
WITH wanted AS MATERIALIZED ({{wanted}}),
people AS (
    SELECT w.journey, l.id AS lead_id, w.since, w.until, p.until AS came, NULL::timestamptz AS went
    FROM wanted w JOIN leads_lead l ON l.company_id = w.company_id
    LEFT JOIN LATERAL (SELECT max(p.until) AS until FROM kpis_pastcompany p WHERE p.lead_id = l.id) p ON true
    WHERE NOT l.is_test AND l.merged_into_id IS NULL AND {VISIBLE}
    UNION ALL
    SELECT w.journey, l.id, w.since, w.until, p.since, CASE WHEN p.until <= coalesce(%(known_at)s::timestamptz, p.until) THEN p.until END
    FROM wanted w JOIN kpis_pastcompany p ON p.company_id = w.company_id JOIN leads_lead l ON l.id = p.lead_id
    WHERE NOT l.is_test AND l.merged_into_id IS NULL AND {VISIBLE}
    UNION ALL
    SELECT w.journey, l.id, w.since, w.until, NULL, NULL
    FROM wanted w JOIN leads_lead l ON l.id = w.lead_id
    WHERE w.company_id IS NULL AND NOT l.is_test AND l.merged_into_id IS NULL AND {VISIBLE}
)
SELECT w.journey, a.id, a.lead_id, (extract(epoch FROM a.at) * 1000000)::bigint, coalesce(a.campaign_id, 0),
       coalesce(hashtextextended(a.channel, 0), 0)
FROM people w CROSS JOIN LATERAL (
    SELECT a.* FROM leads_activity a
    WHERE a.lead_id = w.lead_id AND a.at >= coalesce(greatest(w.since, w.came), '-infinity')
      AND a.at < coalesce(least(w.until, w.went), 'infinity')
      AND a.at <= %(as_of)s AND (%(known_at)s::timestamptz IS NULL OR a.recorded_at <= %(known_at)s)
      AND a.kind = ANY(%(kinds)s) AND a.direction = 'inbound' AND a.side = 'marketing'
      AND (a.kind <> 'page_view' OR NOT EXISTS (
          SELECT FROM leads_activity b
          WHERE b.lead_id = a.lead_id AND b.kind = 'page_view' AND b.direction = 'inbound' AND b.side = 'marketing'
            AND b.at > a.at - %(visit)s AND b.at <= a.at AND (%(known_at)s::timestamptz IS NULL OR b.recorded_at <= %(known_at)s)
            AND (b.at < a.at OR (b.system IS NULL, coalesce(b.system, '') COLLATE "C", b.external_id IS NULL,
                                 coalesce(b.external_id, '') COLLATE "C", b.id)
                              < (a.system IS NULL, coalesce(a.system, '') COLLATE "C", a.external_id IS NULL,
                                 coalesce(a.external_id, '') COLLATE "C", a.id))))
    OFFSET 0
) a
ORDER BY w.journey, a.at, a.system COLLATE "C", a.external_id COLLATE "C", a.id
"""


EVERYTHING = Sight(everything=True)


@dataclass(frozen=True)
class Horizon:
    """Up to when is what happened counted, as known when (None: all that is known), and by whom?"""

    as_of: datetime
    known_at: datetime | None = None
    sight: Sight = EVERYTHING

    def values(self) -> dict[str, object]:
        """What every statement names."""
        return {"as_of": self.as_of, "known_at": self.known_at, **self.sight.parameters()}


@dataclass(frozen=True)
class Touches:
    """Touches of several journeys, those of one together and in order; a number a touch in each array."""

    journey: Int64
    activity: Int64
    lead: Int64
    at: Int64
    campaign: Int64
    channel: Int64

    def __len__(self) -> int:
        return len(self.journey)


def read_touches(wanted: str, journeys: Sequence[int], terms: AttributionTerms, horizon: Horizon) -> Touches:
    """Of the journeys named (`OF_DEALS`, `OF_COMPANIES` or `OF_PEOPLE`); those without a touch are not in it."""
    values = {
        "journeys": list(journeys), "look_back": terms.look_back, "kinds": list(terms.kinds), "visit": terms.visit, **horizon.values(),
    }  # fmt: skip
    return Touches(*read_numbers(TOUCHES.format(wanted=wanted), values, len(COLUMNS)))

"""What did sales do in fact with leads from certain moments on: when did somebody first speak with them, when did they move on?

Grain: one row an offer given. Clock: all that is known now; a call typed in later counts as `queries/contacts` says. Moving on is a
change into one of the stages given, in the same pass. Uses activity_order and stay_order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from leads.handoffs.queries.contacts import first_contact

ANSWERS = f"""
SELECT (SELECT min(s.at) FROM leads_stay s
        WHERE s.lead_id = h.lead_id AND s.at >= h.offered_at AND s.pass_number = h.pass_number AND s.stage = ANY(%(beyond)s::text[])),
       {first_contact("h", bounded=False)}
FROM (
    SELECT lead_id, offered_at, pass_number, n, %(to_side)s::text AS to_side
    FROM unnest(%(leads)s::bigint[], %(ats)s::timestamptz[], %(passes)s::int[]) WITH ORDINALITY AS t(lead_id, offered_at, pass_number, n)
) h ORDER BY h.n
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """When the lead moved on, and when it was first spoken with; None: it never was."""

    accepted_at: datetime | None
    contacted_at: datetime | None


def answers(offers: Sequence[tuple[int, datetime, int]], *, beyond: Sequence[str], to_side: str) -> list[Answer]:
    """In the order of the offers, each a lead, a moment and a pass; `beyond` are the stages that count as moved on."""
    leads, ats, passes = ([one[n] for one in offers] for n in range(3))
    values: dict[str, Any] = {"leads": leads, "ats": ats, "passes": passes, "beyond": list(beyond), "to_side": to_side}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(ANSWERS, values)
        return [Answer(*row) for row in cursor.fetchall()]

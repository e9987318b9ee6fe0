"""When did the receiving side first speak with the lead? One expression, for everybody who asks: sweep, pages, leaks, reports.

Grain: one value a handoff. Clock: `as_of` bounds when the contact counts, `known_at` when we learnt of it; both may be null.
Index: activity_order. First contact is the first outbound activity of the receiving side (a partner counts as sales), not
automated, at or after the offer. Typed in by hand, it counts at max(at, recorded_at − 15 min), so that nobody writes a call of
yesterday into an SLA that was missed since.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db import connection

_COUNTS_AT = "CASE WHEN a.typed_in THEN greatest(a.at, a.recorded_at - interval '15 minutes') ELSE a.at END"

_FIRST_CONTACT = """(
    SELECT min({counts_at}) FROM leads_activity a
    WHERE a.lead_id = {handoff}.lead_id AND a.at >= {handoff}.offered_at AND a.direction = 'outbound' AND NOT a.automated
      AND a.side = CASE {handoff}.to_side WHEN 'partner' THEN 'sales' ELSE {handoff}.to_side END{bounds})"""

_BOUNDS = """
      AND (%(as_of)s::timestamptz IS NULL OR {counts_at} <= %(as_of)s)
      AND (%(known_at)s::timestamptz IS NULL OR a.recorded_at <= %(known_at)s)"""


def first_contact(handoff: str = "h", *, bounded: bool = True) -> str:
    """The expression for the handoff of that alias; `bounded` ones take the values `as_of` and `known_at`, others none."""
    bounds = _BOUNDS.format(counts_at=_COUNTS_AT) if bounded else ""
    return _FIRST_CONTACT.format(counts_at=_COUNTS_AT, handoff=handoff, bounds=bounds)


FIRST_CONTACT = first_contact()
"""Of a handoff aliased `h`; null where nobody spoke with the lead yet."""

FIRST_CONTACT_NOW = first_contact(bounded=False)
"""The same by all that is known now."""

OF_ONE = f"SELECT {FIRST_CONTACT_NOW} FROM leads_handoff h WHERE h.id = %(handoff)s"


def contacted_at(handoff_id: int) -> datetime | None:
    """When the first contact of this handoff counts, by all that is known now."""
    with connection.cursor() as cursor:
        cursor.execute(OF_ONE, {"handoff": handoff_id})
        row = cursor.fetchone()
    return cast("datetime | None", row[0] if row else None)

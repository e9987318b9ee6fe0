"""When is an agreed time over? In clock time, or in working time where the limits say so: for every kind that has a limit.

Working time counts by the calendar in force at the start: of the lead's owner then, else of its team, else of the side that should
act; owner and team only if they are of that side. Without a calendar it is clock time. Never earlier than in clock time, so what
does not leak after the shortest limit by the clock, leaks by no calendar.
"""

from __future__ import annotations

AFTER = (
    "(CASE WHEN {business} THEN leads_working_after(leads_calendar_of_lead({lead}, {side}, {start}, %(known_at)s::timestamptz), "
    "{start}, extract(epoch FROM {limit})::float8) ELSE {start} + {limit} END)"
)


def after(start: str, limit: str, lead: str, *, side: str, business: str | None = None) -> str:
    """The instant at which `limit` has passed since `start`, for the lead whose id `lead` is; each an expression of SQL.

    `side` is that of who should act ('marketing', 'sales'). `business` says whether working time counts: by default the column
    that belongs to the limit's (`a.stalled_business` to `a.stalled_limit` and `a.stalled_quiet`).
    """
    counts = business or f"{limit.rpartition('_')[0]}_business"
    return AFTER.format(start=start, limit=limit, lead=lead, side=side, business=counts)

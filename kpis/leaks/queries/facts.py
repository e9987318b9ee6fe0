"""Which rows of a log count? Conditions that every statement about leaks shares.

A row counts when it belongs to one of the leads asked for and was known at `known_at`. What lies after an instant is
cut away afterwards: whether a leak is open at t depends on nothing after t.
"""

OF_THESE_LEADS = "(%(leads)s::bigint[] IS NULL OR {row}.lead_id = ANY(%(leads)s::bigint[]))"

KNOWN = "(%(known_at)s::timestamptz IS NULL OR {row}.recorded_at <= %(known_at)s)"

STANDS = """NOT EXISTS (
    SELECT FROM leads_stagevoid void
    WHERE void.change_id = {change} AND (%(known_at)s::timestamptz IS NULL OR void.recorded_at <= %(known_at)s))"""


def counted(row: str) -> str:
    """Rows of the table aliased `row` that belong to the leads asked for and were known."""
    return f"{OF_THESE_LEADS.format(row=row)} AND {KNOWN.format(row=row)}"


def standing(change: str) -> str:
    """The stage change of that column was not taken back, as far as known."""
    return STANDS.format(change=change)

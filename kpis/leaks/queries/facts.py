"""Which rows of a log count? Conditions that every statement about leaks shares.

The leads asked for stand once in the CTE `wanted`: written out at every log, thousands of ids cost more to plan than to
look up. A row counts when it belongs to one of the leads asked for and was known at `known_at`. What lies after an instant is
cut away afterwards: whether a leak is open at t depends on nothing after t.
"""

OF_THESE_LEADS = "(%(every_lead)s OR {column} = ANY(ARRAY(SELECT lead_id FROM wanted)))"

KNOWN = "(%(known_at)s::timestamptz IS NULL OR {row}.recorded_at <= %(known_at)s)"

STANDS = """NOT EXISTS (
    SELECT FROM leads_stagevoid void
    WHERE void.change_id = {change} AND (%(known_at)s::timestamptz IS NULL OR void.recorded_at <= %(known_at)s))"""


def of_these_leads(column: str) -> str:
    """The lead in that column is one of the leads asked for, or all are."""
    return OF_THESE_LEADS.format(column=column)


def counted(row: str) -> str:
    """Rows of the table aliased `row` that belong to the leads asked for and were known."""
    return f"{of_these_leads(f'{row}.lead_id')} AND {KNOWN.format(row=row)}"


def standing(change: str) -> str:
    """The stage change of that column was not taken back, as far as known."""
    return STANDS.format(change=change)

"""How long may each kind take before it is a leak? What the table says, else the kind's default.

Nothing here changes a limit: every leak is judged by the limits in force at its instant, so another limit may only come with the
instant from which it holds. One table without instants, edited, would rewrite every leak of the past.
"""

from __future__ import annotations

from datetime import timedelta

from kpis.leaks.kinds import KINDS
from kpis.models import LeakLimit


def limits() -> dict[str, timedelta]:
    """`KEY_limit` and `KEY_quiet` of the kinds that have one: the limits in force, as values for the statements."""
    kept = LeakLimit.objects.in_bulk()
    values: dict[str, timedelta] = {}
    for kind in KINDS:
        row = kept.get(kind.key)
        if kind.limit is not None:
            values[f"{kind.key}_limit"] = row.limit if row else kind.limit
        if kind.quiet is not None:
            values[f"{kind.key}_quiet"] = row.quiet if row and row.quiet is not None else kind.quiet
    return values

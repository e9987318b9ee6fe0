"""How long may each kind take before it is a leak? What the table says, else the kind's default."""

from __future__ import annotations

from datetime import timedelta

from alignment.refusals import FieldError, Refused
from kpis.leaks.kinds import KINDS
from kpis.models import LeakLimit

LONGEST = timedelta(days=3650)


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


def change_limit(kind: str, *, limit: timedelta, quiet: timedelta | None) -> None:
    """Another limit for a kind of leak; the database lets every lead wait for it. Refused outside of 0 to 10 years."""
    wrong = [
        name for name, value in (("limit", limit), ("quiet", quiet)) if value and not timedelta() <= value <= LONGEST
    ]
    if wrong:
        detail = f"A limit lies between 0 and {LONGEST.days} days."
        raise Refused("invalid_limit", detail, [FieldError(name, "invalid_limit", detail) for name in wrong])
    LeakLimit.objects.filter(kind=kind).update(limit=limit, quiet=quiet)

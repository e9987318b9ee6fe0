"""Does what is kept of a KPI's change since last week add up? What the groups did is, all together, what changed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kpis.agreed.models import KpiStanding
from kpis.agreed.standings import change_in
from kpis.verify.compare import Finding

TABLE = "standings"
NEAR = 1e-9
"""Values are kept as the nearest floating-point number, what the groups did exactly."""


def findings() -> Iterator[Finding]:
    """One comparison a KPI whose change is explained."""
    for row in KpiStanding.objects.order_by("key"):
        kept = change_in(row.changed)
        if kept is not None and kept.effects:
            together = float(sum((Fraction(str(effect["exact"])) for effect in kept.effects), Fraction(0)))
            apart = abs(together - (kept.after - kept.before)) > NEAR * max(1.0, abs(kept.before), abs(kept.after))
            yield Finding(TABLE, (row.key, kept.after - kept.before if apart else together), (row.key, together))

"""How long do we keep people who came to nothing? A kind of agreement; what both sides signed is carried out every night.

A person is erased when nothing happened with them for so long: no activity, no change of stage, no deal opened or closed. Customers
and whoever has an open deal stay. Erasing cannot be undone, so the signing page says how many it would be on the first night.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.db import connection
from pydantic import Field

from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import ONLY_KEY, Kind, Scope, Terms, only_key, register
from leads.privacy.removal import erase
from leads.records.models import Lead

RETENTION = "retention"
AT_ONCE = 1_000
log = logging.getLogger(__name__)

Days = Annotated[int, Field(ge=30, le=36_500)]


class Retention(Terms):
    """After so many days without anything, by what became of the lead; None: kept."""

    given_up_days: Annotated[Days | None, Field(title="Disqualified or lost: erased after days")] = None
    recycled_days: Annotated[Days | None, Field(title="Recycled: erased after days")] = None
    open_days: Annotated[Days | None, Field(title="Open, nobody moved: erased after days")] = None


TITLES = (
    ("given_up_days", "Whoever is disqualified or lost", ("disqualified", "lost")),
    ("recycled_days", "Whoever was recycled", ("recycled",)),
    ("open_days", "Whoever is still open", ("open",)),
)

OVER = """
WITH kept AS (
    SELECT c.category, %(now)s::timestamptz - make_interval(days => c.days) AS before
    FROM unnest(%(categories)s::text[], %(days)s::int[]) AS c(category, days)
)
SELECT l.id
FROM leads_lead l
JOIN leads_stage s ON s.version_id = (SELECT version_id FROM leads_progress p WHERE p.lead_id = l.id) AND s.key = l.stage
JOIN kept k ON k.category = s.category
WHERE l.erased_at IS NULL AND l.merged_into_id IS NULL AND l.created_at < k.before
  AND NOT EXISTS (SELECT FROM leads_activity a WHERE a.lead_id = l.id AND a.at >= k.before)
  AND NOT EXISTS (SELECT FROM leads_stagechange c WHERE c.lead_id = l.id AND c.at >= k.before)
  AND NOT EXISTS (
      SELECT FROM leads_deal d WHERE d.lead_id = l.id AND (d.status <> 'lost' OR greatest(d.opened_at, d.closed_at) >= k.before))
  AND NOT EXISTS (SELECT FROM leads_handoff h WHERE h.lead_id = l.id AND h.state = 'offered')
ORDER BY l.id LIMIT %(limit)s
"""


def over(terms: Retention, *, now: datetime, limit: int | None = AT_ONCE) -> list[int]:
    """Ids of leads whose time is over, the oldest ids first."""
    kept = [(category, getattr(terms, name)) for name, _who, categories in TITLES for category in categories]
    stated = [(category, days) for category, days in kept if days is not None]
    if not stated:
        return []
    values = {
        "now": now, "limit": limit, "categories": [category for category, _days in stated], "days": [days for _category, days in stated],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(OVER, values)
        return [row[0] for row in cursor.fetchall()]


def carry_out(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Erase whose time is over by what is in force, so many a night; how many. Each in a transaction of its own."""
    agreed = in_force(RETENTION, ONLY_KEY, now)
    if agreed is None:
        return 0
    done = over(agreed.says(Retention), now=now, limit=limit)
    for lead in Lead.objects.filter(pk__in=done).order_by("pk"):
        erase(lead, now=now, actor_id=None)
    if done:
        log.info("Erased %s leads: their time was over.", len(done))
    return len(done)


def sentences(terms: Retention) -> list[str]:
    """One sentence for each that has an end."""
    said = [
        f"{who}, and with whom nothing happened for {days:,} days, is erased."
        for name, who, _categories in TITLES
        if (days := getattr(terms, name)) is not None
    ]
    return said or ["Nobody is erased by the passing of time."]


def difference(before: Retention, after: Retention) -> list[str]:
    """What changes, who by who."""
    found = []
    for name, who, _categories in TITLES:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append(f"{who}: {_kept(old)} → {_kept(new)}")
    return found


def _kept(days: int | None) -> str:
    return "kept" if days is None else f"erased after {days:,} days"


def follows(terms: Retention, scope: Scope) -> Sequence[str]:
    """How many it would be at once."""
    count = len(over(terms, now=scope.now, limit=None))
    return (
        [f"{count:,} people would be erased from the first night on, {AT_ONCE:,} a night. This cannot be undone."]
        if count
        else []
    )


KIND = Kind(
    key=RETENTION,
    title="Retention",
    sentence="How long people who came to nothing are kept; then they are erased.",
    terms=Retention,
    sentences=sentences,
    difference=difference,
    title_of=lambda _key: "How long people are kept",
    key_error=only_key,
    starting=lambda _key: Retention(given_up_days=730),
    follows=follows,
)


def install() -> None:
    """Let retention be agreed upon."""
    register(KIND)

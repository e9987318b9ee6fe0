"""A company whose leads are won by known odds, straight in the tables; drawn from a seed.

Every lead comes in as an inquiry, some reply after a day, and all move to mql after two. From then on each is won at a daily rate that
hangs on its source and on whether it replied, else lost after sixty days. So the chance within any horizon is known exactly.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import exp
from random import Random

from django.db import connection

from kpis.scores.features import FEATURES
from kpis.scores.queries.rows import Row
from leads.funnel.stage_sets import stage_set
from leads.lifecycle.queries.keep import keep
from leads.models import Activity, Lead, StageChange
from tests.world import NOW

BEGAN = NOW - timedelta(days=420)
RATES = {"referral": 0.016, "search": 0.005, "list": 0.001}
"""By source, the chance of each day that a lead is won."""

REPLIED = 2.0
"""Who has replied is won so many times as often."""

LASTS = timedelta(days=60)
"""For so many days after the first two a lead can be won; then it is lost."""


def a_history(leads: int, seed: int = 1, until: datetime = NOW) -> None:
    """So many leads, evenly over the time from `BEGAN`; what would happen after `until` did not."""
    random, version = Random(seed), stage_set().version_id
    made: list[Lead] = []
    changes: list[tuple[int, str, datetime]] = []
    replies: list[tuple[int, datetime]] = []
    for number in range(leads):
        at = BEGAN + (until - BEGAN) * (number / leads)
        source = random.choice(list(RATES))
        made.append(Lead(created_at=at, recorded_at=at, source=source, external_id=f"{number}", system="made"))
        changes.append((number, "inquiry", at))
        began = at + timedelta(days=2)
        changes.append((number, "mql", began))
        replied = random.random() < 0.4
        if replied:
            replies.append((number, at + timedelta(days=1)))
        rate = RATES[source] * (REPLIED if replied else 1)
        days = random.expovariate(1) / rate
        ended = ("won", began + timedelta(days=days)) if days < LASTS.days else ("lost", began + LASTS)
        changes.append((number, *ended))
    kept = Lead.objects.bulk_create(made, batch_size=5_000)
    StageChange.objects.bulk_create(
        [
            StageChange(lead=kept[number], to_id=to, at=at, recorded_at=at, cause="manual", version_id=version)
            for number, to, at in sorted(changes, key=lambda one: one[2])
            if at <= until
        ],
        batch_size=5_000,
    )
    Activity.objects.bulk_create(
        [
            Activity(
                lead=kept[number],
                kind="email_reply",
                direction="inbound",
                side="sales",
                automated=False,
                at=at,
                recorded_at=at,
            )
            for number, at in replies
            if at <= until
        ],
        batch_size=5_000,
    )
    keep([lead.pk for lead in kept], stage_set())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead, leads_stagechange, leads_activity, leads_stay")


def chance_of(row: Row, horizon: timedelta) -> float:
    """The chance that such a lead is won within the horizon, by what is known of it."""
    known = {feature.key: value for feature, value in zip(FEATURES, row.values, strict=True)}
    days, rate = horizon / timedelta(days=1), RATES[str(known["source"])]
    if known["stage"] == "mql":
        left = min(days, LASTS.days - float(known["stay"] or 0))
    else:
        left = min(days - (2 - float(known["age"] or 0)), LASTS.days)
    with_reply, without = 1 - exp(-rate * REPLIED * left), 1 - exp(-rate * left)
    if known["inbound"] is not None:
        return with_reply
    return without if float(known["age"] or 0) >= 1 else 0.4 * with_reply + 0.6 * without

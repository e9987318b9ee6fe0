"""The sweep: deadlines of open handoffs

Every lead of the base is on open offer, one in a hundred of them due: to be reminded, missed, escalated, or run out. Each is noted, told
once, and where it ran out offered to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection, transaction

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from alignment.agreements.in_force import InForce
    from alignment.people.models import User
    from tests.benchmarks.bench import Bench

SIZES = (100_000, 1_000_000)
WRITES = True
WHY = {
    "sweep_idle": "milliseconds; what is due is one look into an index that is larger.",
}
ONE_IN = 100
KEY = "by-the-clock"

AGES = ((60, 3.5), (20, 4.5), (10, 5.5), (10, 21.0))
"""Of a hundred that are due so many were offered so many hours ago: to be reminded, missed, escalated, to run out."""

FRESH = 1.0

OFFER = """
INSERT INTO leads_handoff (lead_id, rule_id, rule_key, origin, from_stage, to_stage, from_side, to_side, to_team_id, to_user_id, why,
    offered_at, recorded_at, accept_by, contact_by, state, schedule, step, next_at, version)
SELECT l.id, %(rule)s, %(key)s, 'rule', l.stage, 'sal', 'marketing', 'sales', %(team)s, (%(people)s::bigint[])[1 + l.id %% %(count)s],
       '[]', %(offered)s, %(offered)s, %(accept)s, %(contact)s, 'offered', %(schedule)s::jsonb, %(step)s, %(next)s, 1
FROM leads_lead l WHERE l.id %% 10000 >= %(from)s AND l.id %% 10000 < %(to)s AND l.offered_team_id IS NULL AND l.stage IS NOT NULL
"""

KEPT = "UPDATE leads_lead l SET offered_team_id = h.to_team_id FROM leads_handoff h WHERE h.lead_id = l.id AND h.state = 'offered'"


def measure(bench: Bench) -> Iterator[Figure]:
    """One sweep over all that is due, then one that finds nothing."""
    from leads.handoffs.sweeping import sweep

    sweep(now=lambda: bench.now)
    people = _receivers(bench)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        _offers(bench, _agreed(bench), people)
        cursor.execute(KEPT)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) leads_handoff, leads_lead")
    bench.said("Everything is on open offer")
    run = bench.timed(lambda: sweep(now=lambda: bench.now))
    title = "A sweep: reminders, escalations, offers that run out, each told once"
    size = f"{bench.size // ONE_IN:,} due at the largest, {len(people)} receivers"
    yield Figure("sweep", title, run.seconds, "s", target=5, cpu=run.cpu, size=size)
    idle = bench.best(lambda: sweep(now=lambda: bench.now)).seconds
    yield Figure("sweep_idle", "A sweep that finds nothing due", idle * 1000, "ms", growth=1.5)


def _receivers(bench: Bench) -> list[User]:
    """Everybody of sales who is active."""
    from alignment.people.models import User

    return list(User.objects.filter(team__side="sales", is_active=True).order_by("pk"))


def _agreed(bench: Bench) -> InForce:
    """A rule that counts by the clock, so that what is due when is plain."""
    from alignment.agreements.deciding import propose, sign
    from alignment.agreements.drafts import start_draft
    from alignment.agreements.in_force import in_force
    from leads.handoffs.terms import KIND

    def hours(count: float) -> dict[str, Any]:
        return {"hours": count, "business": False}

    terms = {
        "title": "By the clock",
        "order": 90,
        "criteria": {"field": "lead.email_usable", "op": "is", "value": True},
        "from": {"stage": "mql", "side": "marketing"},
        "to": {"stage": "sal", "side": "sales"},
        "routing": [{"strategy": "queue", "team": bench.person("sales").team_id}],
        "accept_within": hours(4.0),
        "contact_within": hours(8.0),
        "escalate": [{"after": hours(1.0), "to": "receiver_lead"}, {"after": hours(3.0), "to": "both_leads"}],
        "expire_after": hours(16.0),
        "reasons": [{"key": "not-mine", "title": "Belongs to somebody else", "next": "reroute"}],
    }
    draft = start_draft(KIND, KEY, terms, author=bench.person("marketing-lead"), now=bench.now)
    propose(draft.pk, by=bench.person("marketing-lead"), now=bench.now)
    sign(draft.pk, by=bench.person("sales-lead"), now=bench.now)
    found = in_force(KIND, KEY, bench.now)
    if found is None:
        raise LookupError("The rule is not in force.")
    return found


def _offers(bench: Bench, rule: InForce, people: list[User]) -> None:
    """Every lead on open offer; those that are due as far as a sweep a minute ago would have left them."""
    from leads.handoffs.schedules import plans
    from leads.handoffs.terms import HandoffRule

    shares = [(share * 100 // ONE_IN, age) for share, age in AGES]
    place = 0
    for share, age in (*shares, (10_000 - sum(share for share, _age in shares), FRESH)):
        offered_at = bench.now - timedelta(hours=age)
        [plan] = plans([(rule.says(HandoffRule), None)], offered_at)
        moments = [datetime.fromisoformat(str(entry["at"])) for entry in plan.entries if entry["clock"] == "accept"]
        step = max(0, sum(moment <= bench.now for moment in moments) - 1)
        with connection.cursor() as cursor:
            cursor.execute(
                OFFER,
                {
                    "rule": rule.version_id, "key": rule.key, "team": people[0].team_id, "people": [one.pk for one in people],
                    "count": len(people), "offered": offered_at, "accept": plan.accept_by, "contact": plan.contact_by, "step": step,
                    "schedule": orjson.dumps(plan.entries).decode(), "next": moments[step], "from": place, "to": place + share,
                },
            )  # fmt: skip
        place += share

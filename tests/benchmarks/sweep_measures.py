"""The measurements of the sweep: what is due is taken, noted, said, and where it ran out, offered to the next."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson
from django.db import connection, transaction

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.in_force import InForce, in_force
from alignment.people.models import Team, User
from alignment.people.persons import add_person, ensure_team
from leads.handoffs.schedules import plans
from leads.handoffs.sweeping import sweep
from leads.handoffs.terms import KIND, HandoffRule
from tests.benchmarks.figures import Figure
from tests.benchmarks.population import END, grow

_figure = partial(Figure, part="handoffs")
Said = Callable[[str], None]
EFFECT = END - timedelta(days=60)
RECEIVERS = 100
ONE_IN = 100

AGES = ((60, 3.5), (20, 4.5), (10, 5.5), (10, 21.0))
"""Of a hundred that are due so many were offered so many hours ago: to be reminded, missed, escalated, to run out."""

FRESH = 1.0

OFFER = """
INSERT INTO leads_handoff (lead_id, rule_id, rule_key, origin, from_stage, to_stage, from_side, to_side, to_team_id, to_user_id, why,
    offered_at, recorded_at, accept_by, contact_by, state, schedule, step, next_at, version)
SELECT l.id, %(rule)s, %(key)s, 'rule', l.stage, 'sal', 'marketing', 'sales', %(team)s, (%(people)s::bigint[])[1 + l.id %% %(count)s],
       '[]', %(offered)s, %(offered)s, %(accept)s, %(contact)s, 'offered', %(schedule)s::jsonb, %(step)s, %(next)s, 1
FROM leads_lead l WHERE l.id %% 10000 >= %(from)s AND l.id %% 10000 < %(to)s
"""

RUNS = "UPDATE leads_lead l SET offered_team_id = h.to_team_id FROM leads_handoff h WHERE h.lead_id = l.id"


def measure(leads: int, said: Said) -> list[Figure]:
    """One sweep over all that is due, then one that finds nothing."""
    grow(0, leads)
    said(f"{leads:,} leads are there")
    team, people = _company()
    _offers(_agreed(team), team, people)
    with connection.cursor() as cursor:
        cursor.execute(RUNS)
        cursor.execute("VACUUM (ANALYZE) leads_handoff")
        cursor.execute("VACUUM (ANALYZE) leads_lead")
    said("Everything is on open offer")
    began = time.perf_counter()
    done = sweep(now=lambda: END)
    seconds = time.perf_counter() - began
    said(f"{done} in {seconds:.2f} s")
    began = time.perf_counter()
    sweep(now=lambda: END)
    idle = time.perf_counter() - began
    size = f"{leads:,} open handoffs, {leads // ONE_IN:,} due, {RECEIVERS} receivers"
    return [
        _figure(
            "sweep",
            "A sweep: reminders, escalations, offers that run out, each told once",
            seconds,
            "s",
            size,
            target=5,
        ),
        _figure("sweep_idle", "A sweep that finds nothing due", idle * 1000, "ms", size),
    ]


def _company() -> tuple[Team, list[User]]:
    marketing, team = ensure_team("marketing", side="marketing"), ensure_team("sales", side="sales")
    add_person(name="Marketing", email="marketing@bench.example", team=marketing, role="lead", now=EFFECT)
    add_person(name="Sales", email="sales@bench.example", team=team, role="lead", now=EFFECT)
    people = [
        add_person(name=f"Seller {n}", email=f"s{n}@bench.example", team=team, role="member", now=EFFECT)
        for n in range(RECEIVERS)
    ]
    return team, people


def _agreed(team: Team) -> InForce:
    def hours(count: float) -> dict[str, Any]:
        return {"hours": count, "business": False}

    terms = {
        "title": "MQL to sales",
        "criteria": {"field": "lead.email_usable", "op": "is", "value": True},
        "from": {"stage": "mql", "side": "marketing"},
        "to": {"stage": "sal", "side": "sales"},
        "routing": [{"strategy": "queue", "team": team.pk}],
        "accept_within": hours(4.0),
        "contact_within": hours(8.0),
        "escalate": [{"after": hours(1.0), "to": "receiver_lead"}, {"after": hours(3.0), "to": "both_leads"}],
        "expire_after": hours(16.0),
        "reasons": [{"key": "not-mine", "title": "Belongs to somebody else", "next": "reroute"}],
    }
    marketer, seller = (User.objects.get(name=name) for name in ("Marketing", "Sales"))
    draft = start_draft(KIND, "mql-to-sal", terms, author=marketer, now=EFFECT)
    propose(draft.pk, by=marketer, now=EFFECT)
    sign(draft.pk, by=seller, now=EFFECT)
    found = in_force(KIND, "mql-to-sal", EFFECT)
    if found is None:
        raise LookupError("the rule is not in force")
    return found


@transaction.atomic
def _offers(rule: InForce, team: Team, people: list[User]) -> None:
    """Every lead on open offer; those that are due as far as a sweep a minute ago would have left them."""
    shares = [(share * 100 // ONE_IN, age) for share, age in AGES]
    place = 0
    for share, age in (*shares, (10_000 - sum(share for share, _age in shares), FRESH)):
        offered_at = END - timedelta(hours=age)
        [plan] = plans([(rule.says(HandoffRule), None)], offered_at)
        moments = [datetime.fromisoformat(entry["at"]) for entry in plan.entries if entry["clock"] == "accept"]
        due = sum(moment <= END for moment in moments)
        step = max(0, due - 1)
        with connection.cursor() as cursor:
            cursor.execute(
                OFFER,
                {
                    "rule": rule.version_id, "key": rule.key, "team": team.pk, "people": [one.pk for one in people], "count": len(people),
                    "offered": offered_at, "accept": plan.accept_by, "contact": plan.contact_by, "step": step,
                    "schedule": orjson.dumps(plan.entries).decode(), "next": moments[step], "from": place, "to": place + share,
                },
            )  # fmt: skip
        place += share

"""The measurements of handing over, by rules that marketing and sales might really agree on."""

from __future__ import annotations

import cProfile
import os
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from statistics import quantiles
from typing import Any

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.people.models import Team, User
from alignment.people.persons import add_person, ensure_team
from leads.definitions import judging
from leads.handoffs.models import Handoff
from leads.handoffs.receivers import Takes, set_receiver
from leads.handoffs.routing import job
from leads.handoffs.terms import KIND
from leads.lifecycle.changes import NewChange, record_changes
from leads.records.models import Lead
from tests.benchmarks.figures import Figure
from tests.benchmarks.population import END, grow

_figure = partial(Figure, part="handoffs")
Said = Callable[[str], None]
EFFECT = END - timedelta(days=30)
RECEIVERS, SINGLE = 12, 100
NEXT_WEEK = 24 * 60 + 10
"""In minutes after END, which is a Sunday: what people were given then fills the week before."""
REACHABLE = {"any": [{"field": f"lead.{name}", "op": "is", "value": True} for name in ("email_usable", "phone_usable")]}
ACTIVE = {"activity": {"kinds": ["touch"]}, "count": 1, "within_days": 730}


def measure(leads: int, said: Said) -> list[Figure]:
    """Every figure: half of the leads at once, then single ones."""
    grow(0, leads)
    said(f"{leads:,} leads are there")
    _agree(*_company())
    waiting = list(Lead.objects.filter(stage="inquiry", is_test=False).order_by("pk").values_list("pk", flat=True))
    many, single = waiting[: leads // 2], waiting[leads // 2 : leads // 2 + SINGLE]
    bulk = _at_once(many, said)
    one = [_alone(lead_id, n) for n, lead_id in enumerate(single)]
    p50, p95 = (quantiles(one, n=20)[n] for n in (9, 18))
    said(f"Single arrivals: {p50:.1f} ms, p95 {p95:.1f} ms")
    size = f"{leads:,} leads, {len(many):,} come in"
    return [
        _figure("route_bulk", "10,000 leads offered in bulk", bulk * 10_000, "s", size, target=5),
        _figure("route_bulk_rate", "The same, a second", 1 / bulk, "leads/s", size),
        _figure("route_single", "A single arrival decided and offered, median", p50, "ms", size, target=20),
        _figure("route_single_p95", "The same, p95", p95, "ms", size, target=20),
    ]


def _company() -> tuple[User, User, Team]:
    marketer, seller = (
        add_person(name=side, email=f"{side}@bench.example", team=ensure_team(side, side=side), role="lead", now=EFFECT)
        for side in ("marketing", "sales")
    )
    team = ensure_team("Inside Sales", side="sales")
    operator = add_person(name="Operator", email="operator@bench.example", team=None, role="operator", now=EFFECT)
    for n in range(RECEIVERS):
        person = add_person(name=f"Seller {n}", email=f"s{n}@bench.example", team=team, role="member", now=EFFECT)
        set_receiver(person.pk, Takes(capacity=Decimal(5_000 + 700 * n)), by=operator, now=EFFECT)
    return marketer, seller, team


def _agree(marketer: User, seller: User, team: Team) -> None:
    """Two rules, the first for large companies, both by the company's owner, then by capacity, then a queue."""
    large = {"field": "company.employees", "op": "at_least", "value": 200}
    for order, (key, criteria) in enumerate((("large", [large, REACHABLE, ACTIVE]), ("all", [REACHABLE])), start=1):
        draft = start_draft(KIND, key, _terms(order, {"all": criteria}, team), author=marketer, now=EFFECT)
        propose(draft.pk, by=marketer, now=EFFECT)
        sign(draft.pk, by=seller, now=EFFECT)


def _terms(order: int, criteria: dict[str, Any], team: Team) -> dict[str, Any]:
    return {
        "title": f"Rule {order}",
        "order": order,
        "criteria": criteria,
        "from": {"stage": "mql", "side": "marketing"},
        "to": {"stage": "sal", "side": "sales"},
        "routing": [
            {"strategy": "company_owner"},
            {"strategy": "weighted", "pool": {"team": team.pk}},
            {"strategy": "queue", "team": team.pk},
        ],
        "accept_within": {"hours": 4.0},
        "contact_within": {"hours": 8.0},
        "reasons": [{"key": "not-mine", "title": "Belongs to somebody else", "next": "reroute"}],
    }


def _come_in(lead_ids: Sequence[int], minutes: int) -> None:
    """They are moved into the stage, and judged."""
    at = END + timedelta(minutes=minutes)
    record_changes([NewChange(lead_id, "mql", at, "manual") for lead_id in lead_ids], recorded_at=at)
    judging.drain(now=lambda: at)


def _at_once(lead_ids: Sequence[int], said: Said) -> float:
    """Seconds for each lead offered."""
    _come_in(lead_ids, 1)
    profile = cProfile.Profile() if os.environ.get("BENCH_PROFILE") else None
    if profile:
        profile.enable()
    began = time.perf_counter()
    done = job.route_waiting(now=lambda: END + timedelta(minutes=2))
    seconds = time.perf_counter() - began
    if profile:
        profile.disable()
        profile.dump_stats(os.environ["BENCH_PROFILE"])
    said(f"{done.offered:,} of {done.leads:,} offered in {seconds:.2f} s: {done.offered / seconds:,.0f} a second")
    if Handoff.objects.count() != done.offered or not done.offered:
        raise SystemExit("Not every lead was offered once.")
    return seconds / done.offered


def _alone(lead_id: int, n: int) -> float:
    """Milliseconds from taking the mark to the commit of the offer, in the week after the many."""
    _come_in([lead_id], NEXT_WEEK + n)
    moment = END + timedelta(minutes=NEXT_WEEK + n, seconds=1)
    began = time.perf_counter()
    job.route_waiting(now=lambda: moment)
    return 1000 * (time.perf_counter() - began)

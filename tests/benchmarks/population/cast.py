"""Who works in the benchmark's company? Both sides, sixty people of sales in five teams, two partners, whoever manages and operates.

Seven of them can be asked for by name: one of each role that pages are made for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from alignment.people.models import Organisation, Team, User
from alignment.people.persons import add_person, change_person, ensure_team
from leads.demo.days import DAY
from leads.handoffs.models import Receiver
from tests.benchmarks.population.words import FIRST_NAMES, LAST_NAMES

DOMAIN = "bench.example"
MARKETING = "Marketing"
TERRITORIES = {"north": "Sales North", "south": "Sales South", "east": "Sales East", "west": "Sales West"}
INSIDE = "Inside Sales"
PARTNERS = {"PL": "Bridgepoint Partners", "SE": "Harbour Partners"}
"""Who is offered what comes from that country."""

NAMED = {
    "marketer": ("member", MARKETING),
    "marketing-lead": ("lead", MARKETING),
    "sales": ("member", "Sales North"),
    "sales-lead": ("lead", "Sales North"),
    "partner": ("member", PARTNERS["PL"]),
    "manager": ("manager", None),
    "operator": ("operator", None),
}
SIZES = {MARKETING: 6, **dict.fromkeys((*TERRITORIES.values(), INSIDE), 12), **dict.fromkeys(PARTNERS.values(), 4)}
LEAVERS = 3


@dataclass(frozen=True)
class Cast:
    """Who is there: teams by name, and the people of each team in order."""

    teams: dict[str, Team]
    people: dict[str, list[User]] = field(default_factory=dict)

    def named(self, name: str) -> User:
        return User.objects.select_related("team").get(email=f"{name}@{DOMAIN}")


def hire(leads: int, *, began: datetime, end: datetime) -> Cast:
    """Everybody, since always; some left in the last months, and some of their leads with them."""
    Organisation.objects.update_or_create(
        id=1, defaults={"name": "Benchmark Company", "timezone": "UTC", "currency": "EUR", "set_up_at": began}
    )
    sides = {MARKETING: "marketing", **dict.fromkeys(PARTNERS.values(), "partner")}
    cast = Cast({name: ensure_team(name, side=sides.get(name, "sales")) for name in SIZES})
    for name, (role, team) in NAMED.items():
        user = add_person(
            name=name.replace("-", " ").title(), email=f"{name}@{DOMAIN}", role=role,
            team=cast.teams[team] if team else None, now=began,
        )  # fmt: skip
        if team:
            cast.people.setdefault(team, []).append(user)
    number = 0
    for team, size in SIZES.items():
        there = cast.people.setdefault(team, [])
        while len(there) < size:
            number += 1
            name = f"{FIRST_NAMES[number * 37 % len(FIRST_NAMES)]} {LAST_NAMES[number * 101 % len(LAST_NAMES)]}"
            role = "lead" if not any(user.role == "lead" for user in there) else "member"
            address = f"{name.lower().replace(' ', '.')}@{DOMAIN}"
            there.append(add_person(name=name, email=address, role=role, team=cast.teams[team], now=began))
    for team in list(TERRITORIES.values())[:LEAVERS]:
        change_person(cast.people[team][-1], now=end - timedelta(days=40), active=False)
    _receivers(cast, leads, end)
    return cast


def _receivers(cast: Cast, leads: int, end: datetime) -> None:
    """How much everybody takes: more than comes in, so that who is free is found."""
    capacity = Decimal(max(5, leads // 4_000))
    for team, people in cast.people.items():
        if team != MARKETING:
            for user in people:
                Receiver.objects.create(user=user, capacity=capacity, period="week", since=(end - 400 * DAY).date())

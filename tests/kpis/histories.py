"""Histories made to be awkward: ties, repeats, returns, reopenings, late news and corrections, drawn from a seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from alignment.people.models import User
from alignment.people.persons import add_person, ensure_team
from leads.lifecycle.changes import NewChange, NewValue, record_changes, record_values, void_changes
from leads.models import Lead, StageChange

START = datetime(2024, 1, 1, tzinfo=UTC)
GRID = timedelta(hours=9)
POST = timedelta(days=4)
"""News is written down together, every four days: hundreds of entries at as few instants as keep them apart."""
STAGES = ("inquiry", "mql", "sal", "sql", "opportunity", "won", "loyal", "recycled", "disqualified", "lost")
SOURCES = ("web", "fair", "Wéb", None)


def draw_histories(seed: int, *, leads: int) -> None:
    """So many leads with up to a dozen stage rows each, written in order of `recorded_at` through the doors."""
    random = Random(seed)
    people = _people()
    made = [_lead(random, number) for number in range(leads)]
    news: list[tuple[datetime, NewChange | NewValue]] = []
    for lead in made:
        news += _stage_rows(random, lead, people) + _value_rows(random, lead, people)
    for recorded_at in sorted({moment for moment, _row in news}):
        rows = [row for moment, row in news if moment == recorded_at]
        if changes := [row for row in rows if isinstance(row, NewChange)]:
            record_changes(changes, recorded_at=recorded_at)
        if values := [row for row in rows if isinstance(row, NewValue)]:
            record_values(values, recorded_at=recorded_at)
    _correct(random)


def _people() -> list[User]:
    team = ensure_team("Sales", side="sales")
    return [
        add_person(name=name, email=mail, now=START, team=team)
        for name, mail in (("Ann", "ann@example.com"), ("Bob", None))
    ]


def _lead(random: Random, number: int) -> Lead:
    created = START + GRID * random.randrange(300)
    return Lead.objects.create(
        created_at=created,
        recorded_at=created,
        source=random.choice(SOURCES),
        channel=random.choice(("search", None)),
        external_id=str(number),
        system=random.choice(("a", "b")),
        attributes=random.choice(({}, {"size": "1 %"}, {"size": None})),
        is_test=random.random() < 0.05,
    )


def _moments(random: Random, lead: Lead) -> tuple[datetime, datetime]:
    """When something happened, and when it was learnt: at once, or up to two months late."""
    at = (
        lead.created_at
        + GRID * random.randrange(-3, 250)
        + timedelta(microseconds=random.choice((0, 0, 1, 499_999, 500_000)))
    )
    late = GRID * random.choice((0, 0, 0, 0, 1, 40, 160))
    return at, START + POST * ((at + late - START) // POST + 1)


def _stage_rows(random: Random, lead: Lead, people: list[User]) -> list[tuple[datetime, NewChange | NewValue]]:
    rows: list[tuple[datetime, NewChange | NewValue]] = []
    for _ in range(random.randrange(0, 12)):
        at, recorded_at = _moments(random, lead)
        owner = random.choice((None, None, *[person.pk for person in people]))
        cause = random.choice(("manual", "import", "reopen"))
        rows.append((recorded_at, NewChange(lead.pk, random.choice(STAGES), at, cause, owner_id=owner)))
        if random.random() < 0.2:
            rows.append((recorded_at, NewChange(lead.pk, random.choice(STAGES), at, "import")))
    return rows


def _value_rows(random: Random, lead: Lead, people: list[User]) -> list[tuple[datetime, NewChange | NewValue]]:
    rows: list[tuple[datetime, NewChange | NewValue]] = []
    for field in ("owner", "segment", "territory"):
        for _ in range(random.choice((0, 1, 2))):
            at, recorded_at = _moments(random, lead)
            at += timedelta(seconds=7)  # never at the instant of a stage row: which of the two is last is not defined
            ref, text = (
                (random.choice((None, people[0].pk)), None)
                if field == "owner"
                else (None, random.choice(("x", "y", None)))
            )
            rows.append((recorded_at, NewValue(lead.pk, field, at, ref=ref, text=text)))
    return rows


def _correct(random: Random) -> None:
    changes = list(StageChange.objects.order_by("id"))
    for change in random.sample(changes, len(changes) // 12):
        void_changes([change.pk], reason="entered by mistake", now=change.recorded_at + GRID * random.randrange(1, 200))

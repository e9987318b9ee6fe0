"""Histories in which leads leak: stages with and without reasons, touches, consent, contact, owners who leave, deals.

Drawn from a seed on a grid of half days, so that borders meet; and the same facts as the oracles read them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from alignment.people.models import PersonChange, User
from alignment.people.persons import add_person, ensure_team
from alignment.programs.models import Rate
from leads.handoffs.models import Deadline, Handoff, Need
from leads.lifecycle.changes import NewChange, NewValue, record_changes, record_values, touch, void_changes
from leads.models import Activity, Consent, Deal, Lead, LeadValue, StageChange
from tests import snapshot
from tests.oracles import facts

START = datetime(2024, 1, 1, tzinfo=UTC)
EARLIER = datetime(2024, 9, 1, tzinfo=UTC)
"""Some of what had happened by then was learnt by then, the rest by NOW."""
NOW = datetime(2026, 6, 1, tzinfo=UTC)
GRID = timedelta(hours=12)
STAGES = (
    "inquiry",
    "mql",
    "sal",
    "sal",
    "sql",
    "opportunity",
    "won",
    "won",
    "loyal",
    "recycled",
    "recycled",
    "disqualified",
    "lost",
)
DONE = (
    ("newsletter", "outbound", "marketing", True),
    ("mailing", "outbound", "marketing", False),
    ("call", "outbound", "sales", False),
    ("ad_audience", "outbound", "sales", True),
    ("email_reply", "inbound", "sales", False),
    ("page_view", "inbound", "marketing", False),
    ("note", "internal", "sales", False),
)
REPLIES = frozenset({"email_reply", "call_inbound", "message_inbound", "meeting_booked"})


def draw_leaks(seed: int, *, leads: int) -> None:
    """So many leads with everything that makes or closes a leak."""
    random = Random(seed)
    people = _people(random)
    made = [_lead(random, number) for number in range(leads)]
    changes: list[NewChange] = []
    values: list[NewValue] = []
    for lead in made:
        changes += [_change(random, lead, people) for _ in range(random.randrange(9))]
        values += _values(random, lead, people)
    late = {row for row in changes if not _in_time(row.at) or random.random() < 0.3}
    for recorded_at, learnt_late in ((EARLIER, False), (NOW, True)):
        record_changes([row for row in changes if (row in late) == learnt_late], recorded_at=recorded_at)
        record_values([row for row in values if _in_time(row.at) != learnt_late], recorded_at=recorded_at)
    rows = list(StageChange.objects.order_by("id"))
    void_changes([row.pk for row in random.sample(rows, len(rows) // 15)], reason="mistaken", now=NOW)
    for lead in made:
        Activity.objects.bulk_create(_activity(random, lead) for _ in range(random.randrange(9)))
        Consent.objects.bulk_create(_consent(random, lead) for _ in range(random.choice((0, 0, 1, 2, 4))))
        Deal.objects.bulk_create(_deal(random, lead) for _ in range(random.choice((0, 0, 1, 2))))
    for month in range(1, 13):
        Rate.objects.create(
            date=date(2023, month, 1), currency="USD", rate=Decimal(random.randrange(800_000, 1_100_000)) / 1_000_000
        )
    touch([lead.pk for lead in made])


def _in_time(at: datetime) -> bool:
    return at <= EARLIER


def _people(random: Random) -> list[User]:
    sales, marketing = ensure_team("Sales", side="sales"), ensure_team("Marketing", side="marketing")
    teams = [sales, marketing, ensure_team("Partner", side="partner"), sales]
    people = [add_person(name=f"P{n}", email=f"p{n}@example.com", now=START, team=team) for n, team in enumerate(teams)]
    for person in people[1:]:
        for n, place in enumerate(sorted(random.sample(range(1700), 2))):
            team, at = random.choice((sales, marketing, None)), START + GRID * place
            active, recorded_at = random.random() < 0.6 or n == 1, EARLIER if _in_time(at) else NOW
            PersonChange.objects.create(user=person, at=at, recorded_at=recorded_at, active=active, team=team)
    return people


def _lead(random: Random, number: int) -> Lead:
    created = _moment(random)
    return Lead.objects.create(
        created_at=created, recorded_at=created, source=random.choice(("web", "fair", None)), external_id=str(number),
        is_test=random.random() < 0.05, erased_at=NOW if random.random() < 0.05 else None,
    )  # fmt: skip


def _moment(random: Random) -> datetime:
    return START + GRID * random.randrange(600) + (timedelta(days=400) if random.random() < 0.4 else timedelta())


def _change(random: Random, lead: Lead, people: list[User]) -> NewChange:
    owner = random.choice((None, None, *(person.pk for person in people)))
    reason = random.choice((None, None, "", " ", "no budget"))
    return NewChange(
        lead.pk,
        random.choice(STAGES),
        _moment(random),
        random.choice(("manual", "reopen")),
        reason=reason,
        owner_id=owner,
    )


def _values(random: Random, lead: Lead, people: list[User]) -> list[NewValue]:
    """Never two of a field at one instant, nor at the instant of a stage row: which is last would be a matter of order of writing."""
    rows = [
        NewValue(lead.pk, "owner", at + timedelta(seconds=7), ref=random.choice((None, *(p.pk for p in people))))
        for at in _moments(random, 2)
    ]
    for field in ("email_usable", "phone_usable"):
        rows += [NewValue(lead.pk, field, at, text=random.choice(("yes", "no"))) for at in _moments(random, 3)]
    return rows + [NewValue(lead.pk, "segment", at, text=random.choice(("x", "y", None))) for at in _moments(random, 2)]


def _moments(random: Random, most: int) -> list[datetime]:
    return sorted({_moment(random) for _ in range(random.randrange(most + 1))})


def _activity(random: Random, lead: Lead) -> Activity:
    kind, direction, side, automated = random.choice(DONE)
    at = _moment(random)
    learnt = EARLIER if _in_time(at) and random.random() < 0.7 else NOW
    return Activity(
        lead=lead, kind=kind, direction=direction, side=side, automated=automated, at=at, recorded_at=learnt
    )


def _consent(random: Random, lead: Lead) -> Consent:
    state, at = random.choice(("granted", "refused", "withdrawn")), _moment(random)
    purpose = random.choice(("marketing", "marketing", "calls"))
    return Consent(lead=lead, purpose=purpose, state=state, at=at, recorded_at=EARLIER if _in_time(at) else NOW)


def _deal(random: Random, lead: Lead) -> Deal:
    opened, status = _moment(random), random.choice(("open", "won", "lost"))
    closed = None if status == "open" else opened + GRID * random.randrange(400)
    amount = random.choice((None, Decimal(random.randrange(100_000)) / 8))
    return Deal(
        lead=lead, amount=amount, currency=random.choice(("EUR", "USD")), status=status, created_at=NOW,
        opened_at=None if closed and random.random() < 0.1 else opened, closed_at=closed,
    )  # fmt: skip


def world(known_at: datetime = NOW) -> facts.World:
    """Everything that leaks and values are computed from, as the oracles read it, who take all they get of people as known."""
    labels = {user.pk: user.email or user.name for user in User.objects.all()}
    return replace(
        snapshot.world(),
        activities=tuple(
            facts.ActivityRow(
                a.lead_id, a.kind, a.direction, a.side, a.automated, a.at, a.recorded_at, typed_in=a.typed_in
            )
            for a in Activity.objects.order_by("id")
        ),
        consents=tuple(
            facts.ConsentRow(c.pk, c.lead_id, c.purpose, c.state, c.at, c.recorded_at)
            for c in Consent.objects.order_by("id")
        ),
        contacts=tuple(_contacts()),
        people=tuple(
            facts.PersonRow(labels[p.user_id], p.at, p.active, frozenset({p.team.side} if p.team else ()))
            for p in PersonChange.objects.filter(recorded_at__lte=known_at).select_related("team").order_by("id")
        ),
        deals=tuple(
            facts.DealRow(d.pk, d.lead_id, None, d.amount, d.currency, d.status, d.created_at, d.opened_at, d.closed_at)
            for d in Deal.objects.order_by("id")
        ),
        rates=tuple(facts.RateRow(r.date, r.currency, r.rate) for r in Rate.objects.all()),
        needs=tuple(
            facts.NeedRow(n.lead_id, n.qualified_at, n.recorded_at, n.no_receiver_at, n.ended_at, n.ended_recorded_at)
            for n in Need.objects.order_by("id")
        ),
        handoffs=tuple(_handoff(h) for h in Handoff.objects.select_related("rule").order_by("id")),
        deadlines=tuple(
            facts.DeadlineRow(d.pk, d.handoff_id, d.clock, d.due_at, d.recorded_at) for d in Deadline.objects.all()
        ),
    )


def _handoff(h: Handoff) -> facts.HandoffRow:
    terms = h.rule.terms if h.rule else {}
    accept, contact = (
        round(terms[name]["hours"] * 3600) if name in terms else 0 for name in ("accept_within", "contact_within")
    )
    return facts.HandoffRow(
        h.pk, h.lead_id, h.from_side, h.to_side, h.offered_at, h.recorded_at, h.state, h.decided_at,
        h.decided_recorded_at, h.returned_at, h.returned_recorded_at, h.reason, h.reason_recorded_at, h.replaces_id,
        accept, contact,
    )  # fmt: skip


def _contacts() -> list[facts.ContactRow]:
    """One row whenever something changed, with what held from then on. A withdrawn consent makes an e-mail unusable."""
    news = [
        (v.at, v.pk, v.lead_id, v.field, v.text)
        for v in LeadValue.objects.filter(field__in=("email_usable", "phone_usable"))
    ]
    news += [(c.at, c.pk, c.lead_id, "consent", c.state) for c in Consent.objects.filter(purpose="marketing")]
    found: dict[tuple[int, datetime], facts.ContactRow] = {}
    said: dict[tuple[int, str], str | None] = {}
    for at, _seq, lead, field, value in sorted(news, key=lambda row: row[:2]):
        said[lead, field] = value
        mail = said.get((lead, "email_usable")) == "yes" and said.get((lead, "consent")) != "withdrawn"
        found[lead, at] = facts.ContactRow(
            lead, at, EARLIER if _in_time(at) else NOW, mail, said.get((lead, "phone_usable")) == "yes"
        )
    return list(found.values())

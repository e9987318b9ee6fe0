"""Things that may happen to a company, drawn from a seed: what kept values must follow, whatever comes after what."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from alignment.programs.models import Campaign, Rate, Series, Spend
from alignment.refusals import Refused
from leads.deals.models import Deal
from leads.duplicates.merging import merge
from leads.lifecycle.changes import NewValue, record_values, void_changes
from leads.models import Lead, StageChange
from leads.privacy.removal import erase
from leads.records.edits import mark_as_test
from tests.world import NOW, TIME_ZERO, Cast, a_deal, a_lead, day, did, held_by, moved

STAGES = ("inquiry", "mql", "sal", "sql", "opportunity", "won", "recycled", "disqualified", "lost")
SOURCES = ("web", "fair", None)
DAYS = 320


class Happening:
    """A company to which one thing after another happens."""

    def __init__(self, random: Random, people: Cast) -> None:
        self.random, self.people = random, people
        self.leads: list[Lead] = [self.a_new_lead() for _ in range(4)]
        self.campaign = Campaign.objects.create(name=f"Launch {random.random()}")
        Rate.objects.create(date=date(2024, 3, 1), currency="USD", rate=Decimal("0.9131"))

    def something(self) -> str:
        """One thing more; its name."""
        happens = self.random.choice(HAPPENINGS)
        happens(self)
        return happens.__name__

    def a_new_lead(self) -> Lead:
        made = self.random.randrange(DAYS)
        lead = a_lead(
            created_at=day(made), source=self.random.choice(SOURCES), email=f"{self.random.random()}@x.example"
        )
        if self.random.random() < 0.8:
            moved(lead, ("inquiry", made))
        return lead

    def comes(self) -> None:
        self.leads.append(self.a_new_lead())

    def moves(self) -> None:
        moved(self.lead(), (self.random.choice(STAGES), self.random.randrange(DAYS) + self.random.random()))

    def is_taken_back(self) -> None:
        change = StageChange.objects.order_by("-id").first()
        if change is not None:
            void_changes([change.pk], reason="never happened", now=NOW)

    def visits(self) -> None:
        did(self.lead(), "page_view", self.random.randrange(DAYS))

    def changes_hands(self) -> None:
        held_by(
            self.lead(),
            self.random.choice([self.people.salesperson, self.people.sales_lead, None]),
            day(self.random.randrange(DAYS)),
        )

    def names_a_campaign(self) -> None:
        record_values(
            [NewValue(self.lead().pk, "campaign", day(self.random.randrange(DAYS)), ref=self.campaign.pk)],
            recorded_at=NOW,
        )

    def brings_a_deal(self) -> None:
        opened = self.random.randrange(DAYS)
        won = self.random.random() < 0.6
        a_deal(
            self.lead() if self.random.random() < 0.8 else None,
            amount=str(self.random.randrange(1, 9999)),
            currency=self.random.choice(("EUR", "USD", "GBP")),
            status="won" if won else "open",
            opened_at=day(opened),
            closed_at=day(min(DAYS + 10, opened + self.random.randrange(90))) if won else None,
        )

    def changes_a_deal(self) -> None:
        for deal in Deal.objects.order_by("?")[:1]:
            Deal.objects.filter(pk=deal.pk).update(
                amount=self.random.choice((None, Decimal(77), Decimal("0.01"))), owner=self.people.sales_lead
            )

    def loses_a_deal(self) -> None:
        for deal in Deal.objects.filter(status="won").order_by("id")[:1]:
            Deal.objects.filter(pk=deal.pk).update(status="lost", closed_at=day(self.random.randrange(DAYS)))

    def spends(self) -> None:
        first = TIME_ZERO.date() + timedelta(days=self.random.randrange(DAYS))
        Spend.objects.create(
            starts_on=first,
            ends_on=first + timedelta(days=self.random.randrange(40)),
            amount=Decimal(self.random.randrange(1, 99999)) / 100,
            currency=self.random.choice(("EUR", "USD")),
            source=self.random.choice(SOURCES),
            campaign=self.random.choice((None, self.campaign)),
        )

    def takes_spend_back(self) -> None:
        Spend.objects.filter(pk__in=Spend.objects.order_by("id").values("pk")[:1]).delete()

    def is_counted_outside(self) -> None:
        Series.objects.create(
            metric=f"clicks {self.random.randrange(2)}", date=TIME_ZERO.date() + timedelta(days=self.random.randrange(DAYS)),
            value=self.random.randrange(100), source=f"{self.random.random()}",
        )  # fmt: skip

    def publishes_a_rate(self) -> None:
        Rate.objects.update_or_create(
            date=TIME_ZERO.date() + timedelta(days=self.random.randrange(DAYS)), currency=self.random.choice(("USD", "GBP")),
            defaults={"rate": Decimal(self.random.randrange(1, 20000)) / 10000},
        )  # fmt: skip

    def is_a_test(self) -> None:
        mark_as_test(self.lead(), actor=self.people.sales_lead, now=NOW)

    def is_the_same_person(self) -> None:
        first, second = self.lead(), self.lead()
        if first.pk != second.pk:
            with suppress(Refused):
                merge(first.pk, second.pk, {}, by=self.people.sales_lead, now=NOW)

    def is_erased(self) -> None:
        erase(self.lead(), now=NOW, actor_id=self.people.operator.pk)

    def is_renamed(self) -> None:
        self.campaign.name = f"Launch {self.random.random()}"
        self.campaign.save()

    def lead(self) -> Lead:
        """One that is still there."""
        there = Lead.objects.filter(merged_into=None, erased_at=None, is_test=False).order_by("id")
        if not there.exists():
            self.comes()
        return there[self.random.randrange(there.count())]


HAPPENINGS: tuple[Callable[[Happening], None], ...] = (
    Happening.comes, Happening.moves, Happening.moves, Happening.moves, Happening.is_taken_back, Happening.visits,
    Happening.changes_hands, Happening.names_a_campaign, Happening.brings_a_deal, Happening.brings_a_deal, Happening.changes_a_deal,
    Happening.loses_a_deal, Happening.spends, Happening.takes_spend_back, Happening.is_counted_outside, Happening.publishes_a_rate,
    Happening.is_a_test, Happening.is_the_same_person, Happening.is_erased, Happening.is_renamed,
)  # fmt: skip

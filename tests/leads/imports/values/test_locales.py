"""The same leads and deals, written in New York and in Berlin, are the same: instants, amounts, counts of every month."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from leads.models import Deal, Lead

pytestmark = pytest.mark.django_db

FIRST = datetime(2023, 11, 1, tzinfo=UTC)
HOURS = 24 * 150
"""Until the end of March 2024: both zones change their clocks in that time, on different nights."""


@dataclass(frozen=True)
class Sale:
    """A lead and its deal."""

    key: str
    born: datetime
    opened: datetime
    closed: datetime
    amount: Decimal
    status: str


def made_up() -> list[Sale]:
    """Sales around the ends of months and days, where a wrong zone or order shows."""
    draw = random.Random(5)
    sales = []
    for number in range(300):
        born = FIRST + timedelta(hours=draw.randrange(HOURS), minutes=draw.randrange(60))
        opened = born + timedelta(hours=draw.randrange(1, 900))
        closed = opened + timedelta(hours=draw.randrange(1, 900))
        cents = draw.choice(
            [draw.randrange(100, 10**5), draw.randrange(10**5, 10**9), 100_000 * draw.randrange(1, 900)]
        )
        sales.append(
            Sale(f"L{number}", born, opened, closed, Decimal(cents).scaleb(-2), draw.choice(["open", "won", "lost"]))
        )
    return sales


def american(when: datetime) -> str:
    there = when.astimezone(ZoneInfo("America/New_York"))
    return f"{there.month}/{there.day}/{there.year}, {there.hour % 12 or 12}:{there:%M:%S} {there:%p}"


def german(when: datetime) -> str:
    return f"{when.astimezone(ZoneInfo('Europe/Berlin')):%d.%m.%Y %H:%M} Uhr"


def german_amount(amount: Decimal) -> str:
    return f"{amount:,.2f} €".translate(str.maketrans(",.", ".,"))


@dataclass(frozen=True)
class Locale:
    """How one country writes."""

    name: str
    zone: str
    delimiter: str
    columns: tuple[str, ...]
    moment: Callable[[datetime], str]
    amount: Callable[[Decimal], str]

    def file(self, sales: list[Sale]) -> str:
        """What its spreadsheets save."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=self.delimiter)
        writer.writerow(self.columns)
        for sale in sales:
            closed = "" if sale.status == "open" else self.moment(sale.closed)
            moments = (self.moment(sale.born), self.moment(sale.opened), closed)
            writer.writerow([sale.key, moments[0], moments[1], moments[2], self.amount(sale.amount), sale.status])
        return buffer.getvalue()

    def profile(self, kind: str) -> dict[str, object]:
        """Nothing is said of how dates and numbers are written."""
        names = ("key", "born", "opened", "closed", "amount", "status")
        places = {
            "leads": {"external_id": "key", "created_at": "born"},
            "deals": {
                "external_id": "key",
                "lead_external_id": "key",
                "opened_at": "opened",
                "closed_at": "closed",
                "amount": "amount",
                "status": "status",
            },
        }[kind]
        fields: dict[str, object] = {field: self.columns[names.index(name)] for field, name in places.items()}
        if kind == "deals" and self.name == "us":
            fields["currency"] = {"value": "EUR"}
        return {"kind": kind, "system": self.name, "timezone": self.zone, "fields": fields}


US = Locale(
    "us",
    "America/New_York",
    ",",
    ("Id", "Created", "Opened", "Closed", "Amount", "Status"),
    american,
    lambda a: f"{a:,.2f}",
)
DE = Locale(
    "de", "Europe/Berlin", ";", ("Nr.", "Angelegt", "Eröffnet", "Geschlossen", "Betrag", "Stand"), german, german_amount
)


def months(system: str) -> dict[str, list[int]]:
    """How many leads came in each month and how many of them got how far, as the command tells."""
    out = io.StringIO()
    options = ["--start", "2023-10-01", "--end", "2024-08-01", "--by", "month", "--system", system, "--timezone", "UTC"]
    call_command("report", "funnel", *options, "--format", "json", stdout=out)
    return {
        group["group"]["month"]: [group["entered"], *(stage["reached"] for stage in group["stages"])]
        for group in json.loads(out.getvalue())["groups"]
    }


def test_two_renderings_of_the_same_leads_give_the_same_counts_of_every_month(tmp_path: Path) -> None:
    sales = made_up()
    for locale in (US, DE):
        file = tmp_path / f"{locale.name}.csv"
        file.write_text(locale.file(sales), encoding="utf-8")
        for kind in ("leads", "deals"):
            profile = tmp_path / f"{locale.name}-{kind}.json"
            profile.write_text(json.dumps(locale.profile(kind)))
            out = io.StringIO()
            call_command("import", kind, str(file), "--profile", str(profile), "--format", "json", stdout=out)
            document = json.loads(out.getvalue())
            assert (document["state"], document["rejected"], document["question"]) == ("done", 0, None)

    expected: dict[str, int] = {}
    for sale in sales:
        expected[f"{sale.born:%Y-%m}"] = expected.get(f"{sale.born:%Y-%m}", 0) + 1
    told = months("us")
    assert {month: counts[0] for month, counts in told.items()} == expected
    assert months("de") == told
    for name in ("us", "de"):
        born = dict(Lead.objects.filter(system=name).values_list("external_id", "created_at"))
        assert born == {sale.key: sale.born for sale in sales}
        deals = Deal.objects.filter(system=name).values_list(
            "external_id", "opened_at", "closed_at", "amount", "currency"
        )
        assert sorted(deals) == sorted(
            (sale.key, sale.opened, None if sale.status == "open" else sale.closed, sale.amount, "EUR")
            for sale in sales
        )

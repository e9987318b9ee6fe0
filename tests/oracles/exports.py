"""What do the files of a vendor say, counted line by line: rows, deals, spend?

Shared by the oracles of each vendor. Nothing here knows how the product reads or keeps anything.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from tests.oracles.facts import DealRow, LeadId, StageRow, ValueRow

CENT = Decimal("0.01")
LEGAL_FORMS = frozenset(
    ["ag", "co", "company", "corp", "corporation", "gmbh", "inc", "llc", "ltd", "limited", "plc", "sa"]
)


@dataclass(frozen=True)
class Outcome:
    """What must become of the rows of a file."""

    rows: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


def read_rows(file: Path) -> list[dict[str, str]]:
    """The lines of a file under its header, as they stand."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def plain_name(name: str) -> str:
    """A company's name without case, punctuation and legal form."""
    words = re.findall(r"[^\W_]+", re.sub(r"[.']", "", name.casefold().replace("&", " and ")))
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def month(at: date | datetime) -> str:
    return f"{at:%Y-%m}"


def counted(deals: Iterable[DealRow]) -> Counter[tuple[str, str | None, Decimal | None]]:
    """How many deals there are of each status, month of closing and amount."""
    return Counter((d.status, month(d.closed_at) if d.closed_at else None, d.amount) for d in deals)


def win_rate(deals: Iterable[DealRow]) -> Fraction:
    """Won of won and lost."""
    states = Counter(deal.status for deal in deals)
    return Fraction(states["won"], states["won"] + states["lost"])


def won_by_month(deals: Iterable[DealRow]) -> dict[str, Decimal]:
    """What the won deals of each month of closing are worth."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for deal in deals:
        if deal.status == "won" and deal.closed_at is not None and deal.amount is not None:
            sums[month(deal.closed_at)] += deal.amount
    return dict(sums)


def spread(amount: Decimal, first: date, last: date) -> dict[date, Decimal]:
    """An amount over all days of a span, evenly and to the cent: the first days carry what is left over."""
    days = (last - first).days + 1
    each, over = divmod(int(amount / CENT), days)
    return {first + timedelta(days=n): CENT * (each + (n < over)) for n in range(days)}


def spend_by_month(spans: Iterable[tuple[Decimal, date, date]]) -> dict[str, Decimal]:
    """What falls into each month."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for amount, first, last in spans:
        for day, part in spread(amount, first, last).items():
            sums[month(day)] += part
    return dict(sums)


class Log:
    """Rows of the logs in the order in which files bring them."""

    def __init__(self, recorded_at: datetime) -> None:
        self.recorded_at = recorded_at
        self.stages: list[StageRow] = []
        self.values: list[ValueRow] = []

    def stage(self, lead: LeadId, to: str, at: datetime, cause: str) -> None:
        self.stages.append(StageRow(len(self.stages) + 1, lead, to, at, self.recorded_at, cause=cause))

    def value(self, lead: LeadId, name: str, value: str, at: datetime) -> None:
        self.values.append(ValueRow(len(self.values) + 1, lead, name, value, at, self.recorded_at))

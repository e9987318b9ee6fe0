"""What does the marketplace's own file say: leads by source, wins by month, time to win?

Leads are mql at midnight of their first contact in São Paulo, closed deals are won at their local
won_date and were never opened. The plain figures below are counted without the other oracles, so
that the two can be held against each other.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.oracles.facts import DealRow, LeadFact, StageRow, World
from tests.oracles.percentiles import MEDIAN, UPPER_QUARTER, UPPER_TENTH, percentile_seconds
from tests.oracles.zones import month_key, start_of_day, to_instant

FOLDER = "olist-marketing-funnel"
LEADS = "olist_marketing_qualified_leads_dataset.csv"
DEALS = "olist_closed_deals_dataset.csv"
SYSTEM = "olist"
ZONE = ZoneInfo("America/Sao_Paulo")


@dataclass(frozen=True)
class Prospect:
    """One line of the leads' file, with the win of the deals' file if it has one."""

    mql_id: str
    contacted_at: datetime
    landing_page: str | None
    origin: str | None
    won_at: datetime | None

    @property
    def won_before_contact(self) -> bool:
        return self.won_at is not None and self.won_at < self.contacted_at


@dataclass(frozen=True)
class TimeToWin:
    """From the first contact, in seconds; a win before it took no time."""

    won: int
    p50_seconds: int | None
    p75_seconds: int | None
    p90_seconds: int | None


def read_prospects(folder: Path) -> tuple[Prospect, ...]:
    """In the order of the leads' file; `folder` holds both files."""
    wins = {line["mql_id"]: local_instant(line["won_date"]) for line in read_lines(folder / DEALS)}
    return tuple(
        Prospect(
            line["mql_id"],
            start_of_day(date.fromisoformat(line["first_contact_date"]), ZONE),
            line["landing_page_id"] or None,
            line["origin"] or None,
            wins.get(line["mql_id"]),
        )
        for line in read_lines(folder / LEADS)
    )


def read_lines(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def local_instant(text: str) -> datetime:
    return to_instant(datetime.fromisoformat(text), ZONE)


def leads_by_source(prospects: tuple[Prospect, ...]) -> Counter[str | None]:
    """A blank origin is None, which is not the origin "unknown"."""
    return Counter(p.origin for p in prospects)


def wins_by_source(prospects: tuple[Prospect, ...]) -> Counter[str | None]:
    return Counter(p.origin for p in prospects if p.won_at is not None)


def wins_by_month(prospects: tuple[Prospect, ...], zone: ZoneInfo) -> Counter[str]:
    return Counter(month_key(p.won_at, zone) for p in prospects if p.won_at is not None)


def time_to_win(prospects: tuple[Prospect, ...]) -> TimeToWin:
    """Winning is reaching every earlier stage, so who won before the contact was an mql by then."""
    waits = [p.won_at - min(p.contacted_at, p.won_at) for p in prospects if p.won_at is not None]
    quantiles = [percentile_seconds(waits, p) for p in (MEDIAN, UPPER_QUARTER, UPPER_TENTH)]
    return TimeToWin(len(waits), *quantiles)


def olist_world(prospects: tuple[Prospect, ...], recorded_at: datetime) -> World:
    """The same files as facts for the other oracles, all learnt at `recorded_at`."""
    leads = tuple(
        LeadFact(
            p.mql_id,
            p.contacted_at,
            recorded_at,
            source=p.origin,
            system=SYSTEM,
            attributes={"landing_page": p.landing_page},
        )
        for p in prospects
    )
    contacts = [(p.mql_id, "mql", p.contacted_at, "created") for p in prospects]
    wins = [(p.mql_id, "won", p.won_at, "deal") for p in prospects if p.won_at is not None]
    rows = tuple(
        StageRow(seq, lead, to, at, recorded_at, cause=cause)
        for seq, (lead, to, at, cause) in enumerate([*contacts, *wins], start=1)
    )
    return World(leads=leads, stages=rows)


def olist_deals(prospects: tuple[Prospect, ...], recorded_at: datetime) -> tuple[DealRow, ...]:
    """Every closed deal is won; no amount and no opening are known."""
    return tuple(
        DealRow(p.mql_id, p.mql_id, None, None, "BRL", "won", recorded_at, closed_at=p.won_at)
        for p in prospects
        if p.won_at is not None
    )

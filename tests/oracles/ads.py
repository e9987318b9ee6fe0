"""What did advertising cost: a network's results by ad, and weekly spend with one column a medium?"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from tests.oracles.exports import month, read_rows

NETWORK = Path("facebook-ads-kag", "KAG_conversion_data.csv")
WEEKLY = Path("robyn-weekly-spend", "dt_simulated_weekly.csv")
PLACES = Decimal("0.0001")


def kept(text: str) -> Decimal:
    """An amount as it is kept: to four places, half even."""
    return Decimal(text).quantize(PLACES, rounding=ROUND_HALF_EVEN)


def by_campaign(folder: Path) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in read_rows(folder / NETWORK):
        sums[row["xyz_campaign_id"]] += kept(row["Spent"])
    return dict(sums)


def ads_by_day(folder: Path) -> Counter[date]:
    """`31-08-2023`: the day comes first."""
    return Counter(datetime.strptime(row["Date"], "%d-%m-%Y").date() for row in read_rows(folder / NETWORK))  # noqa: DTZ007


def weekly(folder: Path, column: str) -> dict[date, Decimal]:
    return {date.fromisoformat(row["DATE"]): kept(row[column]) for row in read_rows(folder / WEEKLY)}


def monthly(folder: Path, column: str) -> dict[str, Decimal]:
    """By the month of the weeks' first day."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for day, amount in weekly(folder, column).items():
        sums[month(day)] += amount
    return dict(sums)

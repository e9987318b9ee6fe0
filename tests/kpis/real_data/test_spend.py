"""Does what was spent on advertisements, week by week and ad by ad, equal the raw files?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.kpis.real_data.asking import Raw, of_the_product
from tests.leads.imports.vendors.workspace import brought

WEEKLY, ADS = "robyn-weekly-spend/dt_simulated_weekly.csv", "facebook-ads-kag/KAG_conversion_data.csv"
MEDIA = {"tv": "TV", "print": "print", "search": "paid search"}
SPAN = ("2015-01-01", "2024-01-01")
IN_CENTS = "round_even({}, 2)"


@pytest.fixture(scope="module")
def raw(real_data: Path) -> Raw:
    return Raw(real_data, weekly=WEEKLY, ads=ADS)


@pytest.fixture(scope="module")
def _brought_in(real_data: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    files = {f"weekly-spend-{medium}": real_data / WEEKLY for medium in MEDIA}
    with brought({**files, "facebook-ads-spend": real_data / ADS}, django_db_blocker):
        yield


@pytest.fixture(autouse=True)
def _there(_brought_in: None, db: None) -> None:
    """Each test begins after the import, and what it does is undone."""


def cents(text: str) -> str:
    """An amount as it is kept, to four places and then to the cent: half to even both times, exactly."""
    kept = f"({text})::decimal(38, 4)"
    return f"round_even({kept}, 2)::decimal(38, 2)"


def test_spend_by_month_and_channel(raw: Raw) -> None:
    parts = [
        f"SELECT strftime(\"DATE\"::date, '%Y-%m') AS month, '{title}' AS channel, {cents(f'{medium}_S')} AS amount FROM weekly"
        for medium, title in MEDIA.items()
    ]
    parts.append(f"SELECT strftime(strptime(\"Date\", '%d-%m-%Y'), '%Y-%m'), 'paid social', {cents('Spent')} FROM ads")
    lines = " UNION ALL ".join(parts)
    expected = raw.figures("spend", f"SELECT sum(amount), month, channel FROM ({lines}) GROUP BY ALL")
    assert of_the_product(["spend"], *SPAN, "month", "channel") == expected


def test_spend_by_campaign(raw: Raw) -> None:
    expected = raw.figures("spend", f"SELECT sum({cents('Spent')}), xyz_campaign_id FROM ads GROUP BY ALL")
    found = of_the_product(["spend"], *SPAN, "campaign", where="source=facebook")
    assert found == expected

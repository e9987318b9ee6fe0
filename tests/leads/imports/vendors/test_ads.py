"""Does what advertising cost come in to the last place, by ad and by week with one column a medium?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum
from pytest_django import DjangoDbBlocker

from alignment.programs.models import Series, Spend
from alignment.programs.selectors import spend_by_day
from leads.imports.summary import ImportDocument
from tests.leads.imports.vendors.workspace import bring_file, brought, outcome, profile
from tests.oracles import ads
from tests.oracles.exports import Outcome, month

MEDIA = {"tv": "TV", "ooh": "out of home", "print": "print", "search": "paid search", "facebook": "paid social"}
NUMBERS = {"revenue": "revenue", "competitor-sales": "competitor_sales_B", "newsletter": "newsletter"}
WEEKLY = [f"weekly-spend-{medium}" for medium in MEDIA] + [f"weekly-{metric}" for metric in NUMBERS]


@pytest.fixture(scope="module")
def documents(
    real_data: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, ImportDocument]]:
    """The wide file once for each of its columns."""
    files = {"facebook-ads-spend": real_data / ads.NETWORK, **dict.fromkeys(WEEKLY, real_data / ads.WEEKLY)}
    with brought(files, django_db_blocker) as told:
        yield told


@pytest.fixture(autouse=True)
def _brought(documents: dict[str, ImportDocument], db: None) -> None:
    """Each test begins after the import, and what it does is undone."""


def test_every_row_comes_in_once_for_each_column(documents: dict[str, ImportDocument]) -> None:
    assert {name: outcome(document) for name, document in documents.items()} == {
        "facebook-ads-spend": Outcome(1143, 1143),
        **{name: Outcome(208, 208) for name in WEEKLY},
    }


def test_ads_by_campaign_and_day(real_data: Path) -> None:
    entries = Spend.objects.filter(source="facebook")
    sums = entries.order_by().values_list("campaign__name").annotate(Sum("amount"))
    assert dict(sums) == ads.by_campaign(real_data)
    assert Counter(entries.values_list("starts_on", flat=True)) == ads.ads_by_day(real_data)


@pytest.mark.parametrize("medium", MEDIA)
def test_weekly_spend_by_medium(real_data: Path, medium: str) -> None:
    entries = Spend.objects.filter(source=None, channel=MEDIA[medium])
    assert {entry.starts_on: entry.amount for entry in entries} == ads.weekly(real_data, f"{medium}_S")
    months: dict[str, Decimal] = {}
    for entry in entries:
        months[month(entry.starts_on)] = months.get(month(entry.starts_on), Decimal()) + entry.amount
    assert months == ads.monthly(real_data, f"{medium}_S")


def test_spend_by_day_is_all_that_was_spent() -> None:
    days = sum((part.amount for part in spend_by_day()), Decimal())
    cents = sum((round(entry.amount, 2) for entry in Spend.objects.all()), Decimal())
    assert days == cents


@pytest.mark.parametrize("metric", NUMBERS)
def test_outside_numbers_by_week(real_data: Path, metric: str) -> None:
    column = profile(f"weekly-{metric}")["fields"]["value"]
    assert column == NUMBERS[metric]
    found = Series.objects.filter(metric=metric.replace("-", " ")).values_list("date", "value")
    assert {day: ads.kept(str(value)) for day, value in found} == ads.weekly(real_data, column)


@pytest.mark.parametrize("name", ["facebook-ads-spend", "weekly-spend-tv", "weekly-revenue"])
def test_the_same_file_again_changes_nothing(real_data: Path, documents: dict[str, ImportDocument], name: str) -> None:
    rows = documents[name]["rows"]
    file = real_data / (ads.NETWORK if name.startswith("facebook") else ads.WEEKLY)
    assert outcome(bring_file(name, file)) == Outcome(rows, unchanged=rows)

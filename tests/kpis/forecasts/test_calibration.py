"""Do the intervals hold what they promise? Forecasts at past origins of three real histories, pooled, against what came.

Whole companies, teams and sources; four weeks ahead, from the first day and from the middle of them. What is judged is what the product
says: the simulation, made wider as the same company's earlier occasions, closed by then, would have needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from alignment.people.models import Organisation
from alignment.remembering import remembering
from kpis.forecasts.target import Measured
from tests.kpis.forecasts.looking_back import Occasion, judge, look_back
from tests.leads.imports.vendors.workspace import brought

PERIOD, ORIGINS = 28, 6
WON, REVENUE, OPENED = Measured("won_deals"), Measured("won_revenue"), Measured("opportunities")


@dataclass(frozen=True)
class History:
    """The files by profile, what is asked of them, and from when on."""

    folder: str
    files: dict[str, str]
    asked: tuple[Measured, ...]
    first: date


def _of(cut: str, *values: str) -> tuple[Measured, ...]:
    return tuple(Measured("won_deals", ((cut, value),)) for value in values)


HISTORIES = (
    History(
        "maven-crm-opportunities",
        {"maven-teams": "sales_teams.csv", "maven-accounts": "accounts.csv", "maven-deals": "sales_pipeline.csv"},
        (WON, REVENUE, OPENED, *_of("team", "East", "West", "Central")),
        date(2017, 6, 5),
    ),
    History(
        "olist-marketing-funnel",
        {"olist-leads": "olist_marketing_qualified_leads_dataset.csv", "olist-deals": "olist_closed_deals_dataset.csv"},
        (WON, *_of("source", "organic_search", "paid_search", "social", "unknown")),
        date(2018, 3, 5),
    ),
    History(
        "zoho-crm-sample",
        {
            "zoho-users": "Users.csv",
            "zoho-accounts": "Accounts.csv",
            "zoho-campaigns": "Campaigns.csv",
            "zoho-leads": "Leads.csv",
            "zoho-contacts": "Contacts.csv",
            "zoho-potentials": "Potentials.csv",
        },
        (WON, REVENUE, OPENED, *_of("source", "Employee Referral", "Advertisement", "Cold Call", "Partner")),
        date(2020, 8, 3),
    ),
)


@pytest.fixture(scope="module")
def occasions(real_data: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[Occasion]:
    found: list[Occasion] = []
    for history in HISTORIES:
        files = {profile: real_data / history.folder / file for profile, file in history.files.items()}
        with brought(files, django_db_blocker), django_db_blocker.unblock():
            Organisation.objects.update_or_create(id=1, defaults={"currency": "USD", "timezone": "UTC"})
            _know_sizes()
            of_company: list[Occasion] = []
            with remembering():
                for elapsed in (0, 14):
                    of_company += look_back(
                        history.asked,
                        history.first,
                        ORIGINS,
                        length=PERIOD,
                        elapsed=elapsed,
                        every=PERIOD,
                        past=of_company,
                    )
            found += of_company
    return found


def _know_sizes() -> None:
    """As a server finds out by itself after a while: not knowing them, it reads a history six times as long."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_four_of_five_intervals_hold_what_came(occasions: list[Occasion], db: None) -> None:
    """On at least 200 forecasts; those of one day share their luck, so they count as fewer (`judge` says how)."""
    verdict = judge(occasions)
    assert verdict.n >= 200
    assert verdict.p > 0.05, verdict


def test_forecasts_miss_by_less_than_the_straight_line(occasions: list[Occasion], db: None) -> None:
    verdict = judge(occasions)
    assert verdict.loss < verdict.line_loss, verdict

"""Do a HubSpot portal's contacts, companies, deals and activities come in as their files say?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from leads.imports.summary import ImportDocument
from leads.models import Activity, Company, Deal, Lead
from tests.leads.imports.vendors.workspace import NOW, bring_file, brought, hold, outcome, sold
from tests.oracles.exports import Outcome, counted, win_rate, won_by_month
from tests.oracles.hubspot import FOLDER, Portal

FILES = ["hubspot-companies", "hubspot-contacts", "hubspot-deals", "hubspot-activities"]
YEARS = ("2021-01-01", "2026-01-01")


@pytest.fixture(scope="module")
def portal(real_data: Path) -> Portal:
    return Portal(real_data / FOLDER, NOW)


def file_of(portal: Portal, name: str) -> Path:
    return portal.folder / f"{name.replace('-', '_')}.csv"


@pytest.fixture(scope="module")
def documents(
    portal: Portal, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, ImportDocument]]:
    """Every file, brought in once for all of these tests."""
    with brought({name: file_of(portal, name) for name in FILES}, django_db_blocker) as told:
        yield told


@pytest.fixture(autouse=True)
def _brought(documents: dict[str, ImportDocument], db: None) -> None:
    """Each test begins after the import, and what it does is undone."""


def test_every_row_comes_in(documents: dict[str, ImportDocument]) -> None:
    assert {name: outcome(document) for name, document in documents.items()} == {
        "hubspot-companies": Outcome(200, 200),
        "hubspot-contacts": Outcome(950, 950),
        "hubspot-deals": Outcome(500, 500),
        "hubspot-activities": Outcome(2000, 2000),
    }


def test_companies_and_who_is_there(portal: Portal) -> None:
    found = Company.objects.filter(system="hubspot")
    assert {c.domain: (c.name, c.employees, c.annual_revenue, c.country) for c in found} == portal.companies()
    theirs = Counter(row["Associated Company Domain"] for row in portal.rows("contacts"))
    assert Counter(Lead.objects.values_list("company__external_id", flat=True)) == {
        domain or None: n for domain, n in theirs.items()
    }


@pytest.mark.parametrize(
    ("report", "options"),
    [
        ("funnel", {"by": "source"}),
        ("funnel", {"by": "month", "start_stage": "mql"}),
        ("flow", {"by": "owner"}),
        ("velocity", {}),
    ],
)
def test_figures(portal: Portal, report: str, options: dict[str, str]) -> None:
    hold(portal.world, report, *YEARS, **options)


def test_deals(portal: Portal) -> None:
    found = list(Deal.objects.select_related("lead", "company").order_by("id"))
    assert counted(sold(found)) == counted(portal.deals)
    assert win_rate(sold(found)) == win_rate(portal.deals)
    assert won_by_month(sold(found)) == won_by_month(portal.deals)
    assert [(d.lead and d.lead.external_id, d.company and d.company.external_id, d.kind) for d in found] == [
        (deal.lead, deal.company, deal.kind) for deal in portal.deals
    ]
    assert Counter(deal.lost_reason for deal in found) == portal.lost_reasons()


def test_activities(portal: Portal) -> None:
    found = Activity.objects.values_list("lead__external_id", "kind", "at", "by__email", "outcome")
    assert Counter(found) == portal.activities()


@pytest.mark.parametrize("name", FILES)
def test_the_same_file_again_changes_nothing(portal: Portal, documents: dict[str, ImportDocument], name: str) -> None:
    rows = documents[name]["rows"]
    assert outcome(bring_file(name, file_of(portal, name))) == Outcome(rows, unchanged=rows)

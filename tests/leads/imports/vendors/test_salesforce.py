"""Does a Salesforce organisation, exported under its API names, come in as its files say?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from alignment.programs.models import Campaign, Spend
from leads.imports.summary import ImportDocument
from leads.models import Activity, Company, Deal, Lead
from tests.leads.imports.vendors.workspace import NOW, bring_file, brought, hold, outcome, sold
from tests.oracles.exports import Outcome, counted, win_rate, won_by_month
from tests.oracles.salesforce import FOLDER, Organisation, moment

FILES = {
    "salesforce-accounts": "Account",
    "salesforce-leads": "Lead",
    "salesforce-contacts": "Contact",
    "salesforce-campaigns": "Campaign",
    "salesforce-campaign-spend": "Campaign",
    "salesforce-campaign-members": "CampaignMember",
    "salesforce-opportunities": "Opportunity",
    "salesforce-tasks": "Task",
}
YEARS = ("2022-01-01", "2026-01-01")


@pytest.fixture(scope="module")
def organisation(real_data: Path) -> Organisation:
    return Organisation(real_data / FOLDER, NOW)


@pytest.fixture(scope="module")
def documents(
    organisation: Organisation, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, ImportDocument]]:
    """Every file, brought in once for all of these tests."""
    files = {name: organisation.folder / f"{file}.csv" for name, file in FILES.items()}
    with brought(files, django_db_blocker) as told:
        yield told


@pytest.fixture(autouse=True)
def _brought(documents: dict[str, ImportDocument], db: None) -> None:
    """Each test begins after the import, and what it does is undone."""


def test_every_row_comes_in_or_is_set_aside(documents: dict[str, ImportDocument]) -> None:
    assert {name: outcome(document) for name, document in documents.items()} == {
        "salesforce-accounts": Outcome(22, 22),
        "salesforce-leads": Outcome(60, 60),
        "salesforce-contacts": Outcome(102, 102),
        "salesforce-campaigns": Outcome(8, 8),
        "salesforce-campaign-spend": Outcome(8, rejected=8),
        "salesforce-campaign-members": Outcome(68, 68),
        "salesforce-opportunities": Outcome(50, 50),
        "salesforce-tasks": Outcome(75, 75),
    }


def test_campaigns_that_say_no_cost_are_no_spend(documents: dict[str, ImportDocument]) -> None:
    errors = documents["salesforce-campaign-spend"]["errors"]
    assert {(error["column"], error["code"]) for error in errors} == {("ActualCost", "missing_value")}
    assert not Spend.objects.exists()


def test_campaigns_with_one_name_are_two(organisation: Organisation) -> None:
    assert dict(Campaign.objects.values_list("external_id", "name")) == {
        row["Id"]: row["Name"] for row in organisation.rows("Campaign")
    }


def test_accounts(organisation: Organisation) -> None:
    found = Company.objects.filter(system="salesforce")
    assert {c.external_id: (c.name, c.employees, c.annual_revenue, c.country) for c in found} == {
        row["Id"]: (
            row["Name"],
            int(row["NumberOfEmployees"]) if row["NumberOfEmployees"] else None,
            Decimal(row["AnnualRevenue"]) if row["AnnualRevenue"] else None,
            row["BillingCountry"] or None,
        )
        for row in organisation.rows("Account")
    }


def test_people_and_their_accounts(organisation: Organisation) -> None:
    rows = [*organisation.rows("Lead"), *organisation.rows("Contact")]
    found = {lead.external_id: lead for lead in Lead.objects.select_related("company")}
    assert {
        number: (lead.first_name, lead.last_name, lead.email, lead.created_at) for number, lead in found.items()
    } == {row["Id"]: (row["FirstName"], row["LastName"], row["Email"], moment(row["CreatedDate"])) for row in rows}
    accounts = {row["Id"]: row["AccountId"] for row in organisation.rows("Contact") if row["AccountId"]}
    companies = {number: lead.company.external_id for number, lead in found.items() if lead.company}
    assert {number: companies.get(number) for number in accounts} == accounts


@pytest.mark.parametrize(
    ("report", "options"),
    [("funnel", {"by": "source"}), ("funnel", {"by": "owner"}), ("flow", {"by": "month"})],
)
def test_figures(organisation: Organisation, report: str, options: dict[str, str]) -> None:
    hold(organisation.world, report, *YEARS, **options)


def test_deals(organisation: Organisation) -> None:
    found = list(Deal.objects.select_related("company"))
    assert counted(sold(found)) == counted(organisation.deals)
    assert win_rate(sold(found)) == win_rate(organisation.deals)
    assert won_by_month(sold(found)) == won_by_month(organisation.deals)
    assert {d.external_id: (d.opened_at, d.company and d.company.external_id, d.lead_id) for d in found} == {
        deal.id: (deal.opened_at, deal.company, None) for deal in organisation.deals
    }


def test_what_was_sent_and_tasks_of_leads_and_contacts(organisation: Organisation) -> None:
    found = Activity.objects.values_list("lead__external_id", "kind", "at", "campaign__external_id")
    assert Counter(found) == Counter(organisation.activities())


@pytest.mark.parametrize("name", list(FILES))
def test_the_same_file_again_changes_nothing(
    organisation: Organisation, documents: dict[str, ImportDocument], name: str
) -> None:
    first = outcome(documents[name])
    again = outcome(bring_file(name, organisation.folder / f"{FILES[name]}.csv"))
    assert again == Outcome(first.rows, unchanged=first.rows - first.rejected, rejected=first.rejected)

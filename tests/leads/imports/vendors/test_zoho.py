"""Does a whole workspace of Zoho CRM come in as its files say?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from alignment.people.models import User
from alignment.programs.models import Campaign, Spend
from alignment.programs.selectors import spend_by_day
from leads.imports.summary import ImportDocument
from leads.models import Activity, Company, Consent, Deal, Lead
from tests.leads.imports.vendors.workspace import NOW, bring_file, brought, hold, leads_by_id, outcome, sold
from tests.oracles.exports import Outcome, counted, month, win_rate, won_by_month
from tests.oracles.zoho import FOLDER, SYSTEM, Workspace, in_thousands, in_words

FILES = {
    "zoho-users": "Users",
    "zoho-accounts": "Accounts",
    "zoho-campaigns": "Campaigns",
    "zoho-campaign-spend": "Campaigns",
    "zoho-leads": "Leads",
    "zoho-lead-stages": "Leads",
    "zoho-contacts": "Contacts",
    "zoho-potentials": "Potentials",
    "zoho-campaign-members": "Campaign_Lead_Status",
    "zoho-calls": "Calls",
    "zoho-events": "Events",
    "zoho-tasks": "Tasks",
}
YEARS = ("2018-01-01", "2022-01-01")


@pytest.fixture(scope="module")
def workspace(real_data: Path) -> Workspace:
    return Workspace(real_data / FOLDER, NOW)


@pytest.fixture(scope="module")
def documents(
    workspace: Workspace, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, ImportDocument]]:
    """Every file, brought in once for all of these tests."""
    files = {name: workspace.folder / f"{file}.csv" for name, file in FILES.items()}
    with brought(files, django_db_blocker) as told:
        yield told


@pytest.fixture(autouse=True)
def _brought(documents: dict[str, ImportDocument], db: None) -> None:
    """Each test begins after the import, and what it does is undone."""


def test_every_row_comes_in_or_is_set_aside(workspace: Workspace, documents: dict[str, ImportDocument]) -> None:
    calls, events, members = workspace.calls(), workspace.events(), workspace.members()
    assert {name: outcome(document) for name, document in documents.items()} == {
        "zoho-users": Outcome(11, 11),
        "zoho-accounts": Outcome(2229, 2226, rejected=3),
        "zoho-campaigns": Outcome(110, 110),
        "zoho-campaign-spend": Outcome(110, 110),
        "zoho-leads": Outcome(3900, 3900),
        "zoho-lead-stages": Outcome(3900, 3900),
        "zoho-contacts": workspace.contacts(),
        "zoho-potentials": Outcome(3632, 3632),
        "zoho-campaign-members": Outcome(3900, len(members), rejected=3900 - len(members)),
        "zoho-calls": Outcome(4100, len(calls), rejected=4100 - len(calls)),
        "zoho-events": Outcome(2978, len(events), rejected=2978 - len(events)),
        "zoho-tasks": Outcome(2978, rejected=2978),
    }
    assert (len(calls), len(events), len(members)) == (2270, 2975, 1720)


def test_what_is_set_aside_says_why(documents: dict[str, ImportDocument]) -> None:
    why = {name: {error["code"] for error in document["errors"]} for name, document in documents.items()}
    assert {name: codes for name, codes in why.items() if codes} == {
        "zoho-accounts": {"missing_value"},
        "zoho-campaign-members": {"ambiguous_lead"},
        "zoho-calls": {"missing_value"},
        "zoho-events": {"missing_value"},
        "zoho-tasks": {"missing_value"},
    }


def test_leads_by_month_source_and_owner(workspace: Workspace) -> None:
    rows = workspace.leads.values()
    found = list(Lead.objects.select_related("owner"))
    assert Counter((month(lead.created_at), lead.source) for lead in found) == Counter(
        (month(in_words(row["Created Time"])), row["Lead Source"]) for row in rows
    )
    owners = {row["LEADID"]: row["Lead Owner"] for row in rows}
    owners |= {workspace.lead_of_contact[row["CONTACTID"]]: row["Contact Owner"] for row in workspace.rows("Contacts")}
    assert {lead.external_id: lead.owner.name for lead in found if lead.owner} == owners


def test_a_contact_is_the_lead_with_its_address_and_not_the_one_with_its_number(workspace: Workspace) -> None:
    contacts, leads = leads_by_id("zoho-contacts"), leads_by_id(SYSTEM)
    assert {number: lead.external_id for number, lead in contacts.items()} == workspace.lead_of_contact
    assert all(contacts[number] != leads[number] for number in contacts)


def test_people_are_with_their_accounts(workspace: Workspace) -> None:
    accounts = dict(Company.objects.exclude(external_id=None).values_list("pk", "external_id"))
    found = {
        lead.external_id: accounts.get(lead.company.pk, lead.company.normal_name)
        for lead in Lead.objects.select_related("company")
        if lead.company
    }
    assert found == workspace.company


@pytest.mark.parametrize(
    ("report", "options"),
    [
        ("funnel", {"by": "source"}),
        ("funnel", {"by": "month"}),
        ("funnel", {"by": "owner", "window_days": "180"}),
        ("flow", {"by": "month"}),
        ("velocity", {}),
    ],
)
def test_figures(workspace: Workspace, report: str, options: dict[str, str]) -> None:
    hold(workspace.world, report, *YEARS, **options)


def test_deals(workspace: Workspace) -> None:
    found = list(Deal.objects.select_related("lead", "owner"))
    assert counted(sold(found)) == counted(workspace.deals)
    assert {deal.currency for deal in found} == {"USD"}
    assert win_rate(sold(found)) == win_rate(workspace.deals)
    assert won_by_month(sold(found)) == won_by_month(workspace.deals)
    assert {
        d.external_id: (d.lead and d.lead.external_id, d.amount, d.status, d.opened_at, d.closed_at, d.kind)
        for d in found
    } == {d.lead: (d.lead, d.amount, d.status, d.opened_at, d.closed_at, d.kind) for d in workspace.deals}
    owners = {row["LEADID"]: row["Potential Owner"] for row in workspace.rows("Potentials")}
    assert {deal.external_id: deal.owner.name for deal in found if deal.owner} == owners


def test_spend_to_the_cent(workspace: Workspace) -> None:
    names = dict(Campaign.objects.values_list("pk", "name"))
    assert {names[s.campaign_id or 0]: s.amount for s in Spend.objects.all()} == workspace.spend_by_campaign()
    months: dict[str, Decimal] = {}
    for part in spend_by_day():
        months[month(part.day)] = months.get(month(part.day), Decimal()) + part.amount
    assert months == workspace.spend_by_month()
    budgets = {row["Campaign Name"]: in_thousands(row["Budgeted Cost"]) for row in workspace.rows("Campaigns")}
    assert dict(Campaign.objects.values_list("name", "budget")) == budgets


def test_calls_events_and_what_campaigns_did(workspace: Workspace) -> None:
    people = dict(User.objects.values_list("pk", "email"))
    found = Counter(
        (a.lead.external_id, a.kind, a.at, people.get(a.by_id or 0), a.campaign.name if a.campaign else None)
        for a in Activity.objects.select_related("lead", "campaign")
    )
    ours = Counter((*happening, None) for happening in (*workspace.calls(), *workspace.events()))
    assert found == ours + Counter((*happening, campaign) for happening, campaign in workspace.members())


def test_who_opted_out_and_whose_mail_bounced(workspace: Workspace) -> None:
    happened = [happening for happening, _campaign in workspace.members()]
    withdrawn = Consent.objects.filter(purpose="marketing", state="withdrawn").values_list(
        "lead__external_id", flat=True
    )
    assert set(withdrawn) == {lead for lead, kind, _at, _by in happened if kind == "unsubscribe"}
    bounced = Lead.objects.filter(email_usable=False).values_list("external_id", flat=True)
    assert set(bounced) == workspace.unreachable()


@pytest.mark.parametrize("name", ["zoho-accounts", "zoho-contacts", "zoho-campaign-spend", "zoho-campaign-members"])
def test_the_same_file_again_changes_nothing(
    workspace: Workspace, documents: dict[str, ImportDocument], name: str
) -> None:
    first = outcome(documents[name])
    again = outcome(bring_file(name, workspace.folder / f"{FILES[name]}.csv"))
    assert again == Outcome(first.rows, unchanged=first.rows - first.rejected, rejected=first.rejected)

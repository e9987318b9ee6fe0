"""What one may not see is not there: every address, for every kind of person."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from rest_framework.test import APIClient

from alignment.people.models import User
from alignment.programs.models import Campaign, Series, Spend
from kpis.models import Leak
from leads.models import Activity, Company, Deal, Import, Lead, StageChange
from tests import world
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.world import TIME_ZERO, Cast

ALL = (
    "marketer",
    "marketing_lead",
    "salesperson",
    "sales_lead",
    "partner",
    "other_partner",
    "manager",
    "operator",
    "outsider",
)
SEE_EVERYTHING = ("marketer", "marketing_lead", "salesperson", "sales_lead", "manager", "operator")


@dataclass(frozen=True)
class Belongings:
    """One lead with everything that can hang on it, and the addresses of it all."""

    lead: Lead
    addresses: dict[str, int]


def everything_about(lead: Lead) -> dict[str, int]:
    """A company, an activity, a deal, a stage change and a leak of the lead."""
    world.did(lead, "call", 1)
    deal = world.a_deal(lead, opened_at=world.day(2), company=f"Company of {lead.pk}")
    company = Company.objects.create(name=f"Behind {lead.pk}", normal_name=f"behind {lead.pk}")
    Lead.objects.filter(pk=lead.pk).update(company=company)
    leak = Leak.objects.create(
        lead=lead, kind="stalled", pass_number=1, since=TIME_ZERO, side="sales", stage="sal", limit_seconds=1
    )
    return {
        "leads": lead.pk,
        "companies": company.pk,
        "activities": Activity.objects.filter(lead=lead).latest("id").pk,
        "deals": deal.pk,
        "stage-changes": StageChange.objects.filter(lead=lead).earliest("id").pk,
        "leaks": leak.pk,
    }


@pytest.fixture
def ours(cast: Cast) -> Belongings:
    lead = world.a_lead("ours", owner=cast.salesperson)
    return Belongings(lead, everything_about(lead))


@pytest.fixture
def theirs(cast: Cast) -> Belongings:
    lead = world.a_lead("theirs", owner=cast.partner)
    return Belongings(lead, everything_about(lead))


def seen(client: APIClient, kind: str, pk: int) -> bool:
    """Whether an object is there for this caller; list and address must agree."""
    listed = pk in {row["id"] for row in client.get(f"/api/v1/{kind}?page_size=500").json()["results"]}
    status = client.get(f"/api/v1/{kind}/{pk}").status_code
    assert (listed, status) in {(True, 200), (False, 404)}, (kind, listed, status)
    return listed


@pytest.mark.parametrize("who", ALL)
def test_leads_and_what_hangs_on_them(
    cast: Cast, calling: Caller, ours: Belongings, theirs: Belongings, who: str
) -> None:
    client = calling(getattr(cast, who), scope="read")
    assert {kind: seen(client, kind, pk) for kind, pk in ours.addresses.items()} == dict.fromkeys(
        ours.addresses, who in SEE_EVERYTHING
    )
    assert {kind: seen(client, kind, pk) for kind, pk in theirs.addresses.items()} == dict.fromkeys(
        theirs.addresses, who in (*SEE_EVERYTHING, "partner")
    )


@pytest.mark.parametrize("who", ALL)
def test_campaigns_spend_and_imports(cast: Cast, calling: Caller, who: str) -> None:
    client = calling(getattr(cast, who), scope="read")
    campaign = Campaign.objects.create(name="Spring")
    spend = Spend.objects.create(
        starts_on="2024-01-01", ends_on="2024-01-01", amount=1, currency="EUR", campaign=campaign
    )
    came = Import.objects.create(kind="leads", file_name="f.csv", file="f", profile={})
    assert seen(client, "campaigns", campaign.pk) is (who in SEE_EVERYTHING)
    assert seen(client, "spend", spend.pk) is (who in SEE_EVERYTHING)
    series = Series.objects.create(metric="Visits", date="2024-01-01", value=1)
    assert seen(client, "series", series.pk) is (who in SEE_EVERYTHING)
    may_see_imports = seen(client, "imports", came.pk)
    assert may_see_imports is (client.get(f"/api/v1/imports/{came.pk}/errors.csv").status_code == 200)
    assert may_see_imports <= (who in SEE_EVERYTHING)


@pytest.mark.parametrize("path", ["stage", "consents", "erase", ""])
def test_a_strangers_lead_takes_nothing(cast: Cast, calling: Caller, ours: Belongings, path: str) -> None:
    address = f"/api/v1/leads/{ours.lead.pk}/{path}".rstrip("/")
    body = (
        {"to": "mql"} if path == "stage" else {"purpose": "marketing", "state": "refused"} if path else {"title": "CTO"}
    )
    client = calling(cast.partner)
    answer = client.post(address, body, format="json") if path else client.patch(address, body, format="json")
    problem(answer, 404, "not_found")
    before = Lead.objects.values().get(pk=ours.lead.pk)
    assert before == Lead.objects.values().get(pk=ours.lead.pk)


def test_the_answer_for_a_stranger_is_that_for_nothing(cast: Cast, calling: Caller, ours: Belongings) -> None:
    client = calling(cast.partner)
    stranger = client.get(f"/api/v1/leads/{ours.lead.pk}")
    nothing = client.get("/api/v1/leads/999999")
    assert stranger.content == nothing.content


def test_a_partner_cannot_hang_anything_on_a_strangers_lead(
    cast: Cast, calling: Caller, ours: Belongings, theirs: Belongings
) -> None:
    client = calling(cast.partner)
    deals, activities = Deal.objects.count(), Activity.objects.count()
    calling(cast.operator).patch(f"/api/v1/leads/{ours.lead.pk}", {"email": "ada@example.com"}, format="json")
    here = {"kind": "call", "at": "2024-02-01T00:00:00Z"}
    for body in (
        {**here, "lead_id": ours.lead.pk},
        {**here, "lead_id": 999_999},
        {**here, "system": "test", "lead_external_id": "ours"},
        {**here, "email": "ada@example.com"},
        {**here, "email": "nobody@example.com"},
    ):
        answer = problem(client.post("/api/v1/activities", body, format="json"), 400, "invalid_fields")
        assert answer["errors"][0]["code"] == "unknown_lead"
    strangers = client.post("/api/v1/deals", {"lead_id": ours.lead.pk, "amount": "1"}, format="json")
    nobodys = client.post("/api/v1/deals", {"lead_id": 999_999, "amount": "1"}, format="json")
    assert strangers.json()["errors"] == nobodys.json()["errors"]
    mine = theirs.addresses["deals"]
    problem(client.patch(f"/api/v1/deals/{mine}", {"lead_id": ours.lead.pk}, format="json"), 400, "invalid_fields")
    assert (deals, activities) == (Deal.objects.count(), Activity.objects.count())


def test_what_a_partner_brings_is_theirs_and_finds_nobody_elses(cast: Cast, calling: Caller, ours: Belongings) -> None:
    Lead.objects.filter(pk=ours.lead.pk).update(email="ada@example.com")
    client = calling(cast.partner)
    sent = {"system": "test", "external_id": "ours", "email": "ada@example.com", "title": "CTO"}
    made = client.post("/api/v1/leads", sent, format="json")
    assert made.status_code == 201, made.content
    assert made.json()["id"] != ours.lead.pk
    assert made.json()["team"] == "Partners"
    other = calling(cast.other_partner).post("/api/v1/leads", sent, format="json")
    assert (other.status_code, other.json()["team"]) == (201, "Others")
    assert len({made.json()["id"], other.json()["id"], ours.lead.pk}) == 3
    assert client.post("/api/v1/leads", sent, format="json").status_code == 200


def test_a_partner_names_own_people_and_own_team_only(cast: Cast, calling: Caller) -> None:
    client = calling(cast.partner)
    people = User.objects.count()
    for wrong in (
        {"owner": cast.salesperson.email},
        {"owner": "nobody@example.com"},
        {"team": "Sales"},
        {"team": "Others"},
    ):
        problem(client.post("/api/v1/leads", {"email": "x@example.com", **wrong}, format="json"), 400, "invalid_fields")
    mine = client.post("/api/v1/leads", {"email": "x@example.com", "owner": cast.partner.email}, format="json")
    assert (mine.status_code, mine.json()["owner"]) == (201, cast.partner.email)
    changed = client.patch(f"/api/v1/leads/{mine.json()['id']}", {"owner": cast.salesperson.email}, format="json")
    problem(changed, 400)
    assert (User.objects.count(), Lead.objects.count()) == (people, 1)


@pytest.mark.parametrize("who", ["manager", "outsider"])
def test_who_does_not_write_writes_nothing(cast: Cast, calling: Caller, ours: Belongings, who: str) -> None:
    client = calling(getattr(cast, who))
    for address in (
        "leads",
        "leads/bulk",
        "activities",
        "activities/bulk",
        "deals",
        "companies",
        "campaigns",
        "spend",
        "series",
        "imports",
    ):
        problem(client.post(f"/api/v1/{address}", {}, format="json"), 403, "forbidden")
    problem(client.patch(f"/api/v1/leads/{ours.lead.pk}", {"title": "x"}, format="json"), 403, "forbidden")
    assert Lead.objects.count() == 1


def test_a_key_that_reads_does_not_write(cast: Cast, calling: Caller) -> None:
    problem(calling(cast.operator, scope="read").post("/api/v1/leads", {}, format="json"), 403, "forbidden")


def test_campaigns_and_spend_are_not_for_partners_to_write(cast: Cast, calling: Caller) -> None:
    client = calling(cast.partner)
    problem(client.post("/api/v1/campaigns", {"name": "Spring"}, format="json"), 403, "forbidden")
    problem(client.post("/api/v1/spend", {"starts_on": "2024-01-01", "amount": "1"}, format="json"), 403, "forbidden")
    number = {"metric": "Visits", "date": "2024-01-01", "value": "1"}
    problem(client.post("/api/v1/series", number, format="json"), 403, "forbidden")


def test_a_partners_company_is_theirs(cast: Cast, calling: Caller, theirs: Belongings) -> None:
    client = calling(cast.partner)
    made = client.post("/api/v1/companies", {"name": "Mine", "system": "crm", "external_id": "1"}, format="json")
    assert made.status_code == 201, made.content
    assert (
        client.patch(f"/api/v1/companies/{made.json()['id']}", {"industry": "Glass"}, format="json").status_code == 200
    )
    problem(
        client.patch(f"/api/v1/companies/{theirs.addresses['companies']}", {"industry": "x"}, format="json"),
        403,
        "forbidden",
    )
    problem(calling(cast.other_partner).get(f"/api/v1/companies/{made.json()['id']}"), 404, "not_found")
    same = calling(cast.other_partner).post(
        "/api/v1/companies", {"name": "Ours", "system": "crm", "external_id": "1"}, format="json"
    )
    assert same.status_code == 201


def test_a_lead_that_leaves_the_partner_is_gone_for_them(cast: Cast, calling: Caller, theirs: Belongings) -> None:
    client = calling(cast.partner)
    world.held_by(theirs.lead, cast.salesperson, world.day(5))
    assert not any(seen(client, kind, pk) for kind, pk in theirs.addresses.items())

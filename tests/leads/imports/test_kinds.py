"""Does each kind of file come in through its own writer, once, and say what is wrong with a row?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from alignment.people.models import User
from alignment.programs.models import Campaign, Rate
from leads.imports.kinds import KINDS
from leads.imports.summary import ImportDocument
from leads.models import Activity, Deal, Lead, StageChange
from tests.leads.imports.bringing import bring, counts, faults

pytestmark = pytest.mark.django_db


def profile(kind: str, **more: object) -> dict[str, object]:
    """Every column is named like its field."""
    return {"kind": kind, "system": "t", "dates": "iso", **more}


def bring_columns(kind: str, content: str, *, chunk_rows: int = 10_000, **more: object) -> ImportDocument:
    names = content.split("\n", 1)[0].split(",")
    return bring(kind, content, profile(kind, fields={name: name for name in names}, **more), chunk_rows=chunk_rows)


@pytest.fixture
def two_leads() -> None:
    bring_columns("leads", "external_id,created_at\na,2024-01-02\nb,2024-01-15\n")


def test_every_kind_that_can_be_imported_is_tried_here_or_beside() -> None:
    assert set(KINDS) == {
        "leads",
        "companies",
        "activities",
        "stages",
        "deals",
        "campaigns",
        "spend",
        "series",
        "users",
        "rates",
    }


@pytest.mark.usefixtures("two_leads")
def test_stage_history() -> None:
    content = (
        "lead_external_id,stage,at,by,reason,owner\n"
        "a,MQL,2024-01-12 10:00,Ann,,Ann\n"
        "a,won,2024-03-11,,,\n"
        "a,MQL,2024-01-12 10:00,Ann,,Ann\n"
        "zz,mql,2024-01-30,,,\n"
        "b,nowhere,2024-01-30,,,\n"
        "b,lost,,,too dear,\n"
    )
    document = bring_columns("stages", content)
    assert counts(document) == ("done", 6, 2, 0, 1, 3)
    assert faults(document) == [
        (5, "lead_external_id", "zz", "unknown_lead"),
        (6, "stage", "nowhere", "unknown_stage"),
        (7, "at", "", "missing_value"),
    ]
    assert list(StageChange.objects.filter(lead__external_id="a").order_by("at").values_list("to", "by__name")) == [
        ("inquiry", None),
        ("mql", "Ann"),
        ("won", None),
    ]
    assert counts(bring_columns("stages", content)) == ("done", 6, 0, 0, 3, 3)


@pytest.mark.parametrize("chunk_rows", [1, 2, 10])
def test_stage_history_makes_leads_that_begin_with_their_earliest_row(chunk_rows: int) -> None:
    content = (
        "lead_external_id,stage,at\n"
        "a,mql,2024-02-01\nb,inquiry,2024-01-05\na,inquiry,2024-01-01\na,sal,2024-03-01\nb,mql,2024-01-07\n"
    )
    document = bring_columns("stages", content, create_leads=True, chunk_rows=chunk_rows)
    assert counts(document) == ("done", 5, 5, 0, 0, 0)
    assert sorted(Lead.objects.values_list("external_id", "created_at", "stage")) == [
        ("a", datetime(2024, 1, 1, tzinfo=UTC), "sal"),
        ("b", datetime(2024, 1, 5, tzinfo=UTC), "mql"),
    ]
    assert StageChange.objects.count() == 5


@pytest.mark.usefixtures("two_leads")
def test_deals() -> None:
    content = (
        "external_id,lead_external_id,owner,amount,currency,status,opened_at,closed_at,attributes.size\n"
        "d1,a,Ann,1200.50,EUR,won,2024-02-01,2024-03-01,big\n"
        "d2,b,,99,,won,,2024-01-10,\n"
        "d3,b,,many,EUR,open,2024-02-01,,\n"
        "d4,zz,,1,EUR,open,2024-02-01,,\n"
        "d5,a,,1,EUR,won,2024-02-01,,\n"
        ",a,,1,EUR,open,2024-02-01,,\n"
    )
    document = bring_columns("deals", content, decimal=".")
    assert counts(document) == ("done", 6, 2, 0, 0, 4)
    assert [(line, column, code) for line, column, _value, code in faults(document)] == [
        (4, "amount", "invalid_number"),
        (5, "lead_external_id", "unknown_lead"),
        (6, "closed_at", "missing_closed_at"),
        (7, "external_id", "missing_value"),
    ]
    assert document["warnings"] == [
        {
            "code": "won_before_created",
            "count": 1,
            "detail": "1 deal was won before its lead's first contact; it stays won (line 3)",
            "lines": [3],
        }
    ]
    assert sorted(Deal.objects.values_list("external_id", "amount", "currency", "status", "owner__name")) == [
        ("d1", Decimal("1200.5000"), "EUR", "won", "Ann"),
        ("d2", Decimal("99.0000"), "EUR", "won", None),
    ]
    assert list(StageChange.objects.filter(lead__external_id="a").order_by("at").values_list("to", flat=True)) == [
        "inquiry",
        "opportunity",
        "won",
    ]
    again = bring_columns("deals", content, decimal=".")
    assert counts(again) == ("done", 6, 0, 0, 2, 4)


def test_deals_make_their_leads() -> None:
    content = "external_id,company,status,opened_at,closed_at\nd1,One,won,2024-01-01,2024-02-01\nd2,Two,open,,\n"
    assert counts(bring_columns("deals", content, create_leads=True)) == ("done", 2, 2, 0, 0, 0)
    assert counts(bring_columns("deals", content, create_leads=True)) == ("done", 2, 0, 0, 2, 0)
    assert list(Lead.objects.order_by("pk").values_list("company__name", "stage")) == [("One", "won"), ("Two", None)]


@pytest.mark.usefixtures("two_leads")
def test_activities() -> None:
    content = (
        "lead_external_id,kind,at,by,campaign,url\n"
        "a,Phone Call,2024-02-01 10:00,Ann,,\n"
        "a,page view,2024-02-02,,Spring,https://example.com/\n"
        "a,Phone Call,2024-02-01 10:00,Ann,,\n"
        "b,levitation,2024-02-01,,,\n"
        "zz,call,2024-02-01,,,\n"
    )
    document = bring_columns("activities", content)
    assert counts(document) == ("done", 5, 2, 0, 1, 2)
    assert faults(document) == [
        (5, "kind", "levitation", "unknown_kind"),
        (6, "lead_external_id", "zz", "unknown_lead"),
    ]
    assert list(Activity.objects.order_by("at").values_list("kind", "direction", "by__name", "campaign__name")) == [
        ("call", "outbound", "Ann", None),
        ("page_view", "inbound", None, "Spring"),
    ]
    assert counts(bring_columns("activities", content)) == ("done", 5, 0, 0, 3, 2)


def test_campaigns() -> None:
    content = 'external_id,name,type,starts_at,budget\nc1,Spring,webinar,2024-03-01,"1,000.50"\nc2,,webinar,,\n'
    document = bring_columns("campaigns", content)
    assert counts(document) == ("done", 2, 1, 0, 0, 1)
    assert faults(document) == [(3, "name", "", "missing_value")]
    assert list(Campaign.objects.values_list("name", "starts_at", "budget")) == [
        ("Spring", datetime(2024, 3, 1, tzinfo=UTC), Decimal("1000.5000"))
    ]
    assert counts(bring_columns("campaigns", content)) == ("done", 2, 0, 0, 1, 1)


def test_users() -> None:
    content = "external_id,name,email,team,active\nu1,Ann,ann@example.com,North,yes\nu2,Bob,,,no\nu3,Cleo,,,perhaps\n"
    document = bring_columns("users", content)
    assert counts(document) == ("done", 3, 2, 0, 0, 1)
    assert faults(document) == [(4, "active", "perhaps", "invalid_yes_no")]
    assert list(User.objects.order_by("name").values_list("name", "email", "team__name", "is_active")) == [
        ("Ann", "ann@example.com", "North", True),
        ("Bob", None, None, False),
    ]
    assert counts(bring_columns("users", content)) == ("done", 3, 0, 0, 2, 1)


def test_rates() -> None:
    content = "date,currency,rate\n2024-01-02,USD,0.9134\n2024-01-02,usd,soon\n2024-01-03,GBP,1.15\n"
    document = bring_columns("rates", content)
    assert counts(document) == ("done", 3, 2, 0, 0, 1)
    assert faults(document) == [(3, "rate", "soon", "invalid_number")]
    assert sorted(Rate.objects.values_list("date", "currency", "rate")) == [
        (date(2024, 1, 2), "USD", Decimal("0.9134")),
        (date(2024, 1, 3), "GBP", Decimal("1.15")),
    ]
    assert counts(bring_columns("rates", content)) == ("done", 3, 0, 0, 2, 1)

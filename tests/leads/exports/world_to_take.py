"""A company with one of everything, and values that break files: what is taken out of it must come back unchanged."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from alignment.people.persons import add_person
from alignment.programs.models import Campaign
from alignment.programs.save import (
    CampaignRow,
    RateRow,
    SeriesRow,
    SpendRow,
    save_campaigns,
    save_rates,
    save_series,
    save_spend,
)
from leads.models import Lead
from leads.privacy.consents import NewConsent, record_consents
from leads.records.company_edits import add_company
from leads.records.edits import edit_lead
from leads.records.models import Company
from tests.world import NOW, TIME_ZERO, Cast, a_deal, a_lead, cast, day, did, held_by, moved

HOSTILE = (
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "'=1+1", "''-2", "'quoted'", '"said", he', "two\nlines", "two\r\nlines", "a\rb", "semi;colon",
    "1,5", "007", "1e5", "TRUE", "null", "_x000D_", "Ω≈ç√∫˜µ≤≥÷", "田中さん", "😍", "‫test‫", "<script>alert(1)</script>",
    "#N/A", "# no comment",
    "\u200bzero\u200b", "\x7f\x01 control",
)  # fmt: skip


def company() -> Cast:
    """Everything, through the usual doors."""
    people = cast()
    add_person(name="Named Only", now=TIME_ZERO, team=people.sales)
    _programs()
    mother = add_company({"name": "Mother", "domain": "mother.example", "system": "crm", "external_id": "c-1"})
    daughter = add_company(
        {"name": "Daughter", "employees": 12, "annual_revenue": "1234567.89", "attributes": {"tier": 1}}
    )
    Company.objects.filter(pk=daughter.pk).update(parent=mother)
    add_company({"name": "Daughter", "industry": "=cmd()", "country": "DE", "attributes": {"city": "Köln"}})
    _leads(people)
    _records(people)
    return people


def _programs() -> None:
    rows = [
        CampaignRow(
            "Spring", "ads", "7", "search", "live", day(0), day(30.5), Decimal("1200.5"), "EUR", {"goal": "=A1", "n": 3}
        ),
        CampaignRow("=Fair"),
    ]
    assert all(result.status == "created" for result in save_campaigns(rows, now=NOW, actor_id=None))
    spent = [
        SpendRow(date(2024, 1, 5), Decimal("10.10"), campaign="Spring", channel="ads", external_id="s-1", system="ads"),
        SpendRow(
            date(2024, 2, 1), Decimal("-3.5"), ends_on=date(2024, 2, 29), currency="USD", source="fair", content="row"
        ),
        SpendRow(date(2024, 2, 1), Decimal(99)),
    ]
    assert all(result.status == "created" for result in save_spend(spent, now=NOW, actor_id=None))
    save_series(
        [SeriesRow("Visits", date(2024, 1, 1), Decimal("1234.5"), "Spring", "web", "google")], now=NOW, actor_id=None
    )
    save_rates([RateRow(date(2024, 1, 1), "USD", Decimal("0.912345678901"))], now=NOW, actor_id=None)


def _leads(people: Cast) -> None:
    full = a_lead(
        "l-1", created_at=day(0.123456789), email="Ada@mother.example", phone="+49 170 1234567", first_name="Ada", last_name="Lovelace",
        title="=Title", company="Mother", source="=web", channel="ads", campaign="Spring", owner=people.salesperson, segment="-large",
        territory="north", country="DE", consents={"marketing": "granted", "phone": "no"},
        attributes={"plan": "gold", "seats": 7, "tags": ["a", 1], "blank": "  ", " odd name ": "x", "deep": {"a": None}, "yes": True},
    )  # fmt: skip
    moved(full, ("mql", 1), ("sal", 2.5), ("recycled", 9), reason="No budget, “yet”")
    held_by(full, people.sales_lead, day(3))
    record_consents([NewConsent(full.pk, "marketing", "withdrawn", day(5))], now=NOW, actor_id=people.marketer.pk)
    a_lead(email="only@mail.example", source="fair", company="Daughter", owner=people.salesperson)
    nameless = a_lead(first_name="No", last_name="Name", attributes={"plan": "=1"})
    moved(nameless, ("mql", 4), ("won", 8))
    edited = a_lead("l-2", email="edited@free.example", phone="+4930123456")
    edit_lead(
        edited,
        {"title": "Head", "company": "Another", "owner": "Named Only", "campaign": "=Fair"},
        actor=people.marketer,
        now=day(20),
    )
    a_lead("p-1", scope=people.partners.pk, email="brought@partner.example", company="Daughter")
    for number, text in enumerate(HOSTILE):
        kept = text if text.isprintable() else "plain"
        a_lead(
            f"h-{number}",
            first_name=text.strip("\x01"),
            company=f"Firm {number}",
            source=kept,
            attributes={"said": text, f"n{text}": text},
        )


def _records(people: Cast) -> None:
    full, edited = Lead.objects.get(external_id="l-1"), Lead.objects.get(external_id="l-2")
    did(
        full,
        "form",
        0.5,
        subject="=HYPERLINK(1)",
        url="https://x.example/?a=1,2",
        campaign="Spring",
        attributes={"score": 5, "page": "'=x"},
    )
    did(full, "call", 3, by=people.salesperson.label, outcome="Line\none", system="phone", external_id="a-1")
    did(edited, "email", 4.000001, by="Named Only", asset="@brochure")
    a_deal(
        full,
        status="won",
        amount="1234.5600",
        external_id="d-1",
        system="crm",
        opened_at=day(6),
        closed_at=day(8),
        currency="USD",
    )
    a_deal(edited, opened_at=day(21), owner=people.salesperson.label, attributes={"note": "+1"}, kind="upsell")
    a_deal(
        None,
        company="Mother",
        status="lost",
        external_id="d-3",
        system="crm",
        closed_at=NOW - timedelta(days=1),
        lost_reason="-price",
    )
    assert Campaign.objects.count() == 2

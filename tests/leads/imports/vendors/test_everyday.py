"""Files as people make them every day: semicolons and decimal commas, two countries' ways of writing, exports of BI tools."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from alignment.programs.models import Spend
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.models import Activity, Deal, Lead
from tests.leads.imports.bringing import bring, counts
from tests.leads.imports.vendors.workspace import NOW, profile

pytestmark = pytest.mark.django_db

BORN = [
    datetime(2023, 12, 28, 9, 5, tzinfo=UTC) + timedelta(days=5 * n, hours=7 * n, minutes=11 * n) for n in range(60)
]
SOURCES = ["Messe", "Anzeige", "Empfehlung", ""]
COSTS = [Decimal("1363.9") * n + Decimal("0.05") for n in range(1, 61)]


def written(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue()


def german(number: Decimal) -> str:
    return f"{number:,.2f}".translate(str.maketrans(",.", ".,")) + " €"


def months(at: Sequence[datetime]) -> Counter[str]:
    return Counter(f"{moment:%Y-%m}" for moment in at)


def leads_by_month() -> dict[str, int]:
    asked = {"start": ["2023-01-01"], "end": ["2026-01-01"], "by": ["month"]}
    groups = REPORTS["funnel"].run(read_params(asked, now=NOW), None)["groups"]
    return {group["group"]["month"]: group["entered"] for group in groups}


def test_semicolons_and_decimal_commas_without_a_key_for_a_person() -> None:
    rows = [[f"{at:%d.%m.%Y %H:%M}", SOURCES[n % 4], german(COSTS[n])] for n, at in enumerate(BORN)]
    content = written([["Eingang", "Quelle", "Kosten"], *rows, rows[7]], ";").encode("cp1252")
    fields = {"created_at": "Eingang", "source": "Quelle", "attributes.costs": "Kosten"}
    leads = {"kind": "leads", "system": "liste", "fields": fields}
    assert counts(bring("leads", content, leads, now=NOW)) == ("done", 61, 60, 0, 1, 0)
    assert leads_by_month() == months(BORN)
    assert Counter(Lead.objects.values_list("source", flat=True)) == {source or None: 15 for source in SOURCES}
    assert counts(bring("leads", content, leads, now=NOW)) == ("done", 61, 0, 0, 61, 0)

    spend = {"kind": "spend", "fields": {"date": "Eingang", "source": "Quelle", "amount": "Kosten"}}
    assert counts(bring("spend", content, spend, now=NOW)) == ("done", 61, 60, 0, 1, 0)
    assert sorted(Spend.objects.values_list("amount", flat=True)) == COSTS
    assert set(Spend.objects.values_list("currency", flat=True)) == {"EUR"}


@pytest.mark.parametrize(
    ("pattern", "delimiter", "encoding"),
    [
        ("%m/%d/%Y %I:%M %p", ",", "utf-8-sig"),
        ("%d.%m.%Y %H:%M", ";", "cp1252"),
        ("%d %b %Y %H:%M", "\t", "utf-16"),
        ("%Y-%m-%dT%H:%M:00Z", "|", "utf-8"),
    ],
)
def test_the_same_leads_in_any_countrys_way(pattern: str, delimiter: str, encoding: str) -> None:
    rows = [[f"lead-{n}", at.strftime(pattern), "Größe"] for n, at in enumerate(BORN)]
    content = written([["key", "born", "from"], *rows], delimiter).encode(encoding)
    fields = {"external_id": "key", "created_at": "born", "source": "from"}
    document = bring("leads", content, {"kind": "leads", "fields": fields}, now=NOW)
    assert counts(document) == ("done", 60, 60, 0, 0, 0)
    assert leads_by_month() == months(BORN)
    assert set(Lead.objects.values_list("created_at", "source")) == {(at, "Größe") for at in BORN}


def test_a_table_of_a_bi_tool_with_a_title_above_and_a_total_below() -> None:
    rows = [[f"{at:%Y-%m-%d}", f"Kampagne {n % 3}", f"{COSTS[n]:.2f}"] for n, at in enumerate(BORN)]
    above = [["Ausgaben nach Kampagne"], ["Stand: heute"], []]
    total = [["Total", "", f"{sum(COSTS):.2f}"]]
    content = written([*above, ["Tag", "Kampagne", "Ausgaben"], *rows, *total], "\t").encode("utf-16")
    given = {"kind": "spend", "fields": {"date": "Tag", "campaign": "Kampagne", "amount": "Ausgaben"}}
    document = bring("spend", content, given, now=NOW)
    assert counts(document) == ("done", 61, 60, 0, 0, 1)
    assert [(error["line"], error["code"]) for error in document["errors"]] == [(65, "totals_row")]
    assert sum(Spend.objects.values_list("amount", flat=True)) == sum(COSTS)


PEOPLE = """Person - Name,Person - Organization,Person - Email - Work,Person - Email - Home,Person - Email - Other,\
Person - Phone - Work,Person - Phone - Mobile,Person - Phone - Home,Person - Phone - Other,Person - Owner,\
Person - Person created,Person - ID,Person - Label
Ann Lee,Firm,,ann@home.example,,,+49 30 901820,,,Sue,2024-02-01 10:00:00,7,Hot
"""
DEALS = """Deal - ID,Deal - Title,Deal - Organization,Deal - Contact person,Deal - Owner,Deal - Value,Deal - Currency of Value,\
Deal - Status,Deal - Stage,Deal - Deal created,Deal - Won time,Deal - Lost time,Deal - Lost reason
1,Firm deal,Firm,Ann Lee,Sue,1200.50,EUR,Won,Negotiation,2024-02-03 10:00:00,2024-03-01 12:00:00,,
2,Other deal,Other,Bob Ray,Sue,300,USD,Lost,Contact made,2024-02-04 10:00:00,,2024-03-02 12:00:00,Price
3,Third,Firm,Ann Lee,Sue,,EUR,Open,Qualified,2024-02-05 10:00:00,,,
"""
CALLS = """Activity - ID,Activity - Subject,Activity - Contact person,Activity - Due date,Activity - Assigned to user,\
Activity - Type,Activity - Done
9,First call,Ann Lee,2024-02-02,Sue,Call,Done
10,Lunch,Ann Lee,2024-02-06,Sue,Lunch,To do
11,Call,Nobody Here,2024-02-06,Sue,Call,To do
"""


def test_pipedrives_lists() -> None:
    assert counts(bring("leads", PEOPLE, profile("pipedrive-people"), now=NOW)) == ("done", 1, 1, 0, 0, 0)
    lead = Lead.objects.get()
    assert (lead.full_name, lead.email, lead.external_id, lead.company and lead.company.name) == (
        "Ann Lee",
        "ann@home.example",
        "7",
        "Firm",
    )
    assert counts(bring("deals", DEALS, profile("pipedrive-deals"), now=NOW)) == ("done", 3, 3, 0, 0, 0)
    found = Deal.objects.order_by("id").values_list("status", "amount", "currency", "lost_reason", "company__name")
    assert list(found) == [
        ("won", Decimal("1200.5"), "EUR", None, "Firm"),
        ("lost", Decimal(300), "USD", "Price", "Other"),
        ("open", None, "EUR", None, "Firm"),
    ]
    calls = bring("activities", CALLS, profile("pipedrive-activities"), now=NOW)
    assert counts(calls) == ("done", 3, 2, 0, 0, 1)
    assert Counter(Activity.objects.values_list("kind", "lead_id")) == {("call", lead.pk): 1, ("meeting", lead.pk): 1}


LEADS_OF_ODOO = """External ID,Opportunity,Contact Name,Company Name,Email,Phone,Job Position,Country,Salesperson,Sales Team,\
Source,Medium,Campaign,Created on,Closed Date,Stage,Expected Revenue,Probability,Lost Reason
crm.lead_1,Desks,Ann Lee,Firm,ann@firm.example,+49 30 901820,CTO,Germany,Sue,Direct,Newsletter,Email,Spring,\
2024-02-01 10:00:00,2024-03-01 09:30:00,Won,"1,200.50",100,
crm.lead_2,Chairs,Bob Ray,Other,bob@other.example,,,France,Sue,Direct,,,,2024-02-02 10:00:00,,Proposition,300.00,40,
"""


def test_odoos_leads_and_opportunities() -> None:
    assert counts(bring("leads", LEADS_OF_ODOO, profile("odoo-leads"), now=NOW)) == ("done", 2, 2, 0, 0, 0)
    deals = bring("deals", LEADS_OF_ODOO, profile("odoo-opportunities"), now=NOW)
    assert counts(deals) == ("done", 2, 2, 0, 0, 0)
    found = Lead.objects.order_by("id").values_list(
        "full_name", "source", "campaign__name", "stage_id", "deals__amount"
    )
    assert list(found) == [
        ("Ann Lee", "Newsletter", "Spring", "won", Decimal("1200.5")),
        ("Bob Ray", None, None, "opportunity", Decimal(300)),
    ]

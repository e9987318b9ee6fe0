"""Which company does a row of a file of accounts mean, what does it change, and who stands above whom?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from alignment.own_names import own_name
from leads.models import AwaitedParent, Company, CompanyIdentity, Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.leads.imports.bringing import faults
from tests.leads.imports.kinds.filing import bring_columns, everything, statuses, undo, warnings
from tests.world import NOW

pytestmark = pytest.mark.django_db


def parents() -> dict[str, str | None]:
    return dict(Company.objects.values_list("name", "parent__name"))


def test_everything_a_row_says() -> None:
    document = bring_columns(
        "companies",
        "external_id,name,domain,industry,employees,annual_revenue,country,attributes.tier\n"
        "1,Firm AG,https://www.Firm.example/about?x=1,Retail,2822,1000.505,DE, gold \n"
        "2,,firm2.example,,,,,\n3,Many,n/a,,,,,\n4,Some,,,-1,,,\n",
        decimal=".",
    )
    assert statuses(document) == (1, 0, 0, 3)
    assert [(line, column, code) for line, column, _value, code in faults(document)] == [
        (3, "name", "missing_value"), (4, "domain", "invalid_domain"), (5, "employees", "invalid_number"),
    ]  # fmt: skip
    assert list(
        Company.objects.values_list("system", "external_id", "name", "normal_name", "domain", "industry", "employees",
                                    "annual_revenue", "country")
    ) == [("t", "1", "Firm AG", "firm", "firm.example", "Retail", 2822, Decimal("1000.50"), "DE")]  # fmt: skip


def test_the_newest_stated_value_wins_and_nothing_wipes_what_is_known() -> None:
    bring_columns("companies", "external_id,name,industry,country,attributes.a\n1,Firm,Retail,DE,x\n")
    document = bring_columns("companies", "external_id,name,industry,country,attributes.b\n1,Firm Ltd,,FR,y\n")
    assert statuses(document) == (0, 1, 0, 0)
    assert list(Company.objects.values_list("name", "industry", "country", "attributes")) == [
        ("Firm Ltd", "Retail", "FR", {"a": "x", "b": "y"})
    ]


def test_by_domain_else_by_name_unless_an_id_or_a_domain_speaks_against_it() -> None:
    bring_columns("companies", "external_id,name,domain\n1,Firm,firm.example\n2,Firm Two,\n")
    document = bring_columns(
        "companies",
        "external_id,name,domain\n,Anything,www.firm.example\n,FIRM TWO Inc.,two.example\n,Firm Two,other.example\n"
        "3,Branch,firm.example\n",
    )
    assert statuses(document) == (2, 2, 0, 0)
    assert sorted(Company.objects.values_list("name", "domain", "external_id")) == [
        ("Anything", "firm.example", "1"),
        ("Branch", "firm.example", "3"),
        ("FIRM TWO Inc.", "two.example", "2"),
        ("Firm Two", "other.example", None),
    ]


def test_one_found_by_its_domain_or_name_learns_the_id_of_each_system() -> None:
    upsert_leads([LeadRow(email="a@firm.example", company="Firm")], now=NOW, actor_id=None)
    bring_columns("companies", "system,external_id,name,domain\ncrm,1,Firm,firm.example\nerp,K1,Firm,firm.example\n")
    assert list(Company.objects.values_list("system", "external_id")) == [("crm", "1")]
    assert list(CompanyIdentity.objects.values_list("system", "external_id", "company__name")) == [
        ("erp", "K1", "Firm")
    ]
    upsert_leads(
        [LeadRow(email="x@gmail.com", company_external_id="K1", system="erp"),
         LeadRow(email="y@gmail.com", company_external_id="1", company_system="crm", system="web")],
        now=NOW, actor_id=None,
    )  # fmt: skip
    assert Company.objects.count() == 1
    assert Lead.objects.filter(company__name="Firm").count() == 3


def test_mail_providers_and_shared_sites_are_no_companys_domain() -> None:
    document = bring_columns(
        "companies", "name,domain\nA,gmail.com\nB,https://www.facebook.com/b\nC,info@gmx.de\nD,d.example\n"
    )
    assert warnings(document) == {"public_domain": [2, 3, 4]}
    assert dict(Company.objects.values_list("name", "domain")) == {"A": None, "B": None, "C": None, "D": "d.example"}


@pytest.mark.parametrize("chunk_rows", [1, 2, 10])
def test_a_parent_by_id_or_name_may_come_after_its_children(chunk_rows: int) -> None:
    document = bring_columns(
        "companies",
        "external_id,name,parent\n3,Grandchild,2\n2,Child,Mother Inc.\n4,Other,MOTHER\n5,Lone,Nobody\n1,Mother,\n",
        chunk_rows=chunk_rows,
    )
    assert statuses(document) == (5, 0, 0, 0)
    assert parents() == {"Grandchild": "Child", "Child": "Mother", "Other": "Mother", "Lone": None, "Mother": None}
    assert 5 in warnings(document)["awaited_parent"]
    assert Company.objects.count() == 5


def test_a_circle_is_refused_at_the_row_that_closes_it() -> None:
    document = bring_columns(
        "companies", "external_id,name,parent\n1,A,2\n2,B,3\n3,C,1\n4,Self,4\n5,Same,SAME Ltd\n6,D,1\n"
    )
    assert [(line, column, value, code) for line, column, value, code in faults(document)] == [
        (4, "parent", "1", "parent_cycle"), (5, "parent", "4", "parent_cycle"), (6, "parent", "SAME Ltd", "parent_cycle"),
    ]  # fmt: skip
    assert parents() == {"A": "B", "B": None, "D": "A"}
    again = bring_columns("companies", "external_id,name,parent\n3,C,1\n2,B,1\n")
    assert [code for _line, _column, _value, code in faults(again)] == ["parent_cycle", "parent_cycle"]


def test_an_undo_takes_the_later_parent_back_alone() -> None:
    bring_columns("companies", "external_id,name,parent\n1,Child,Mother\n")
    before = everything()
    second = bring_columns("companies", "external_id,name,parent\n2,Mother,Top\n3,Top,\n")
    assert parents() == {"Child": "Mother", "Mother": "Top", "Top": None}
    assert undo(second["id"]).spared == []
    assert everything() == before
    assert AwaitedParent.objects.get().named == "Mother"


def test_an_undo_takes_back_the_id_that_leads_taught_a_company() -> None:
    bring_columns("companies", "name,country\nFirm,DE\n")
    before = everything()
    document = bring_columns("leads", "external_id,company,company_external_id\n1,Firm,77\n")
    assert list(Company.objects.values_list("system", "external_id")) == [("t", "77")]
    assert undo(document["id"]).spared == []
    assert everything() == before


def test_what_was_changed_since_is_spared_and_named() -> None:
    first = bring_columns("companies", "external_id,name,country\n1,Firm,DE\n2,Other,DE\n")
    bring_columns("companies", "external_id,name,country\n1,Firm,FR\n")
    undone = undo(first["id"])
    assert [(one["table"], one["why"]) for one in undone.spared] == [("company", "it is in use or was changed since")]
    assert list(Company.objects.values_list("name", "country")) == [("Firm", "FR")]


def test_a_company_that_was_exported_is_found_by_our_own_name() -> None:
    bring_columns("companies", "name,country\nFirm,DE\n")
    firm = Company.objects.get()
    content = f"system,external_id,name,country\nalignment,{own_name(firm.pk)},Firm,\nalignment,00000000-1,Strange,\n"
    assert statuses(bring_columns("companies", content)) == (1, 0, 1, 0)
    firm.refresh_from_db()
    assert (firm.system, firm.external_id) == (None, None)
    assert Company.objects.get(name="Strange").external_id == "00000000-1"

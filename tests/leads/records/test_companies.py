"""Which company a lead belongs to, and which it does not."""

from __future__ import annotations

import pytest

from leads.records.models import Company
from leads.records.names import normal_name
from leads.records.public_mail import DOMAINS
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.world import NOW

pytestmark = pytest.mark.django_db


def companies_of(*rows: LeadRow) -> list[str | None]:
    """The company of each row's lead, by name."""
    results = upsert_leads(rows, now=NOW, actor_id=None)
    names: dict[int | None, str] = dict(Company.objects.values_list("leads__id", "name"))
    return [names.get(result.id) for result in results]


def test_by_external_id_before_anything_else() -> None:
    rows = (LeadRow(system="s", company_external_id="1", company="Firm", email="a@firm.example"),
            LeadRow(system="s", company_external_id="1", company="Renamed"), LeadRow(system="s", company_external_id="2", company="Firm"),
            LeadRow(system="t", company_external_id="1"))  # fmt: skip
    assert companies_of(*rows) == ["Firm", "Firm", "Firm", "1"]
    assert Company.objects.count() == 3


def test_a_company_known_by_its_name_alone_learns_the_first_id_and_no_second() -> None:
    rows = (
        LeadRow(company="Firm"),
        LeadRow(system="s", company_external_id="1", company="FIRM Ltd"),
        LeadRow(company="firm"),
        LeadRow(system="s", company_external_id="2", company="Firm"),
        LeadRow(company="Other", email="a@other.example"),
        LeadRow(system="s", company_external_id="3", company="Other", email="b@elsewhere.example"),
    )
    assert companies_of(*rows) == ["Firm", "Firm", "Firm", "Firm", "Other", "Other"]
    assert list(Company.objects.order_by("pk").values_list("name", "system", "external_id", "domain")) == [
        ("Firm", "s", "1", None), ("Firm", "s", "2", None), ("Other", None, None, "other.example"),
        ("Other", "s", "3", "elsewhere.example"),
    ]  # fmt: skip


def test_by_mail_domain_before_the_name() -> None:
    rows = (
        LeadRow(email="a@firm.example", company="Firm"),
        LeadRow(email="b@FIRM.example", company="Anything"),
        LeadRow(email="c@firm.example"),
    )
    assert companies_of(*rows) == ["Firm", "Firm", "Firm"]


def test_by_name_without_regard_to_case_punctuation_and_legal_form() -> None:
    rows = tuple(
        LeadRow(company=name) for name in ("Acme Corp.", "ACME Corporation", "acme", "Acme, Inc.", "Acme & Co. KG")
    )
    assert companies_of(*rows) == ["Acme Corp.", "Acme Corp.", "Acme Corp.", "Acme Corp.", "Acme & Co. KG"]


def test_a_company_found_by_its_name_learns_its_domain() -> None:
    rows = (
        LeadRow(company="Firm"),
        LeadRow(company="Firm GmbH", email="a@firm.example"),
        LeadRow(email="b@firm.example"),
    )
    assert companies_of(*rows) == ["Firm", "Firm", "Firm"]
    assert Company.objects.get().domain == "firm.example"


@pytest.mark.parametrize("domain", ["gmail.com", "web.de", "qq.com", "yahoo.co.uk", "Hotmail.FR"])
def test_a_public_mail_provider_never_makes_or_matches_a_company(domain: str) -> None:
    assert companies_of(LeadRow(email=f"a@{domain}"), LeadRow(email=f"b@{domain}", company="Firm"), LeadRow(email=f"c@{domain}")) == [
        None, "Firm", None,
    ]  # fmt: skip
    assert Company.objects.get().domain is None


def test_blank_is_none() -> None:
    assert companies_of(LeadRow(company="  "), LeadRow(company_external_id="")) == [None, None]
    assert not Company.objects.exists()


def test_a_lead_keeps_its_company_unless_a_row_names_another() -> None:
    assert companies_of(LeadRow(system="s", external_id="1", company="Firm")) == ["Firm"]
    assert companies_of(LeadRow(system="s", external_id="1", email="a@other.example")) == ["Firm"]
    assert Company.objects.count() == 1
    assert companies_of(LeadRow(system="s", external_id="1", company="Third")) == ["Third"]


@pytest.mark.parametrize(
    ("name", "plain"),
    [("GmbH", "gmbh"), ("Müller & Söhne OHG", "müller and söhne"), ("🙂", "🙂"), ("S.A.P. SE", "sap")],
)
def test_names_that_are_nearly_nothing(name: str, plain: str) -> None:
    assert normal_name(name) == plain


def test_the_list_of_providers_is_of_domains() -> None:
    assert len(DOMAINS) > 300
    assert all(domain == domain.lower() and "." in domain for domain in DOMAINS)

"""What each system said of a person is kept with who said it, whatever the lead says by now."""

from __future__ import annotations

from typing import Any

import pytest

from leads.duplicates.merging import merge
from leads.imports.models import Import
from leads.models import Lead, Statement
from leads.privacy.export import export
from leads.privacy.removal import erase, undo_import
from leads.records.edits import edit_lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from leads.selectors.statements import differences, voices_of
from tests.leads.privacy.snapshot import everything
from tests.world import NOW, cast, day

pytestmark = pytest.mark.django_db


def put(*rows: LeadRow, import_: Import | None = None, **more: Any) -> Lead:
    results = upsert_leads(rows, now=more.get("now", NOW), actor_id=None, import_id=import_.pk if import_ else None)
    assert all(result.id for result in results), results
    return Lead.objects.get(pk=str(results[-1].id))


def an_import() -> Import:
    return Import.objects.create(kind="leads", file_name="f.csv", file="f", profile={})


def said(lead: Lead) -> dict[tuple[str, str | None], dict[str, str]]:
    return {(voice.system, voice.external_id): dict(voice.said) for voice in voices_of(lead)}


CRM = LeadRow(
    system="crm", external_id="1", email="a@firm.example", first_name="Ann", title="CTO", company="Firm", source="web"
)


def test_each_system_keeps_what_it_said_last() -> None:
    put(CRM, now=day(1))
    put(LeadRow(system="shop", email="A@firm.example", title="CEO", country="DE", source="fair"), now=day(2))
    lead = put(LeadRow(system="crm", external_id="1", title="CFO", first_name="", attributes={"a": 1}), now=day(3))
    assert said(lead) == {
        ("crm", "1"): {
            "email": "a@firm.example",
            "first_name": "Ann",
            "title": "CFO",
            "company": "Firm",
            "source": "web",
        },
        ("shop", None): {"email": "A@firm.example", "title": "CEO", "country": "DE", "source": "fair"},
    }
    assert [(one.system, one.said_at) for one in voices_of(lead)] == [("crm", day(3)), ("shop", day(2))]
    assert [(one.field, [(s.who, s.value, s.in_use) for s in one.sayings]) for one in differences(lead, voices_of(lead))] == [
        ("title", [("crm", "CFO", True), ("shop", "CEO", False)]),
        ("source", [("crm", "web", True), ("shop", "fair", False)]),
    ]  # fmt: skip


def test_what_is_said_again_or_by_nobody_or_by_hand_is_no_statement() -> None:
    people = cast()
    put(CRM)
    lead = put(CRM)
    put(LeadRow(system="log", external_id="9"))
    edit_lead(lead, {"title": "Boss"}, actor=people.marketer, now=NOW)
    assert said(lead)[("crm", "1")]["title"] == "CTO"
    assert Statement.objects.count() == 1


def test_the_api_without_a_system_speaks_as_itself() -> None:
    assert said(put(LeadRow(email="a@b.example"))) == {("api", None): {"email": "a@b.example"}}


def test_an_undo_takes_back_what_its_import_said_and_nothing_else() -> None:
    lead = put(CRM, import_=an_import())
    before = (said(lead), everything())
    second = an_import()
    put(
        LeadRow(system="crm", external_id="1", title="CEO"),
        LeadRow(system="crm", external_id="1", country="DE"),
        import_=second,
    )
    put(LeadRow(system="erp", email="a@firm.example", title="Boss"), import_=second)
    third = an_import()
    put(LeadRow(system="crm", external_id="1", phone="+49 30 123456"), import_=third)
    assert said(lead)[("crm", "1")] == {**said(lead)[("crm", "1")], "title": "CEO", "country": "DE"}
    undo_import(second, now=NOW, actor_id=None)
    assert said(lead) == {("crm", "1"): {**before[0][("crm", "1")], "phone": "+4930123456"}}
    undo_import(third, now=NOW, actor_id=None)
    assert (said(lead), everything()) == before


def test_what_was_said_goes_with_a_new_lead_that_is_undone() -> None:
    import_ = an_import()
    put(CRM, import_=import_)
    undo_import(import_, now=NOW, actor_id=None)
    assert not Statement.objects.exists()


def test_a_merged_lead_hands_over_what_was_said_of_it() -> None:
    people = cast()
    one, other = put(CRM), put(LeadRow(system="crm", external_id="2", email="b@firm.example", title="CIO"))
    merge(one.pk, other.pk, {}, by=people.operator, now=NOW)
    survivor = Lead.objects.get(pk=one.pk)
    assert set(said(survivor)) == {("crm", "1"), ("crm", "2")}
    [title] = [one for one in differences(survivor, voices_of(survivor)) if one.field == "title"]
    assert sorted(saying.who for saying in title.sayings) == ["crm 1", "crm 2"]


def test_a_person_gets_it_and_an_erased_one_is_gone_from_it() -> None:
    lead = put(CRM)
    [row] = export(lead, now=NOW)["tables"]["statements"]
    assert (row["system"], row["said"]["title"]) == ("crm", "CTO")
    removal = erase(lead, now=NOW, actor_id=None)
    assert removal.counts["statements"] == 1
    assert not Statement.objects.exists()

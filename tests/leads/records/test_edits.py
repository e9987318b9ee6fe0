"""Changes by hand and their undo, marking as test, notes, companies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alignment.refusals import Refused
from leads.lifecycle.changes import NewValue, record_values
from leads.records.companies import add_company, edit_company
from leads.records.edits import edit_lead, mark_as_test, undo_edit
from leads.records.models import Company, Edit, Lead, LeadValue, Note
from leads.records.notes import add_note, delete_note, edit_note, restore_note
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.world import NOW, Cast, a_lead, cast, day, did

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def people() -> Cast:
    return cast()


def fields(lead: Lead) -> tuple[object, ...]:
    lead.refresh_from_db()
    return (lead.email, lead.email_usable, lead.phone, lead.phone_usable, lead.title, str(lead.company), str(lead.owner), str(lead.team),
            str(lead.campaign), lead.segment, lead.attributes)  # fmt: skip


def test_every_field_changes_and_undo_puts_every_one_back(people: Cast) -> None:
    lead = a_lead("1", email="a@b.example", phone="+4930123456", title="CTO", company="Firm", owner=people.salesperson, segment="smb",
                  attributes={"a": 1, "b": 2})  # fmt: skip
    before = fields(lead)
    edit = edit_lead(
        lead,
        {"email": None, "phone": "0049 30 765 432", "title": " CEO ", "company": "Other", "owner": people.marketer.pk, "campaign": "Launch",
         "segment": None, "attributes": {"a": None, "c": 3}},
        actor=people.salesperson, now=LATER,
    )  # fmt: skip
    assert fields(lead) == (
        None,
        False,
        "+4930765432",
        True,
        "CEO",
        "Other",
        "Marketer",
        "Marketing",
        "Launch",
        None,
        {"b": 2, "c": 3},
    )
    logged = LeadValue.objects.filter(at=LATER).order_by("id").values_list("field", "ref", "text")
    assert list(logged) == [
        ("owner", people.marketer.pk, None), ("campaign", lead.campaign_id, None), ("segment", None, None),
        ("team", people.marketing.pk, None),
        ("email_usable", None, "no"),
    ]  # fmt: skip
    assert edit is not None
    undo_edit(edit, actor=people.salesperson, now=LATER + timedelta(hours=1))
    assert fields(lead) == before
    edit.refresh_from_db()
    assert edit.undone_at == LATER + timedelta(hours=1)


def test_what_does_not_differ_is_no_edit(people: Cast) -> None:
    lead = a_lead("1", title="CTO")
    version = lead.version
    assert edit_lead(lead, {"title": "CTO ", "phone": ""}, actor=people.salesperson, now=NOW) is None
    lead.refresh_from_db()
    assert (lead.version, Edit.objects.count()) == (version, 0)


def test_an_undo_never_overwrites_what_came_after(people: Cast) -> None:
    lead = a_lead("1", title="CTO")
    edit = edit_lead(lead, {"title": "CEO"}, actor=people.salesperson, now=NOW)
    edit_lead(lead, {"title": "Chief"}, actor=people.marketer, now=NOW)
    assert edit is not None
    with pytest.raises(Refused) as refused:
        undo_edit(edit, actor=people.salesperson, now=NOW)
    assert (refused.value.code, refused.value.status) == ("edited_since", 409)


def test_all_wrong_fields_are_named_at_once_and_nothing_changes(people: Cast) -> None:
    lead = a_lead("1", title="CTO")
    with pytest.raises(Refused) as refused:
        edit_lead(
            lead,
            {"title": "CEO", "email": "nobody", "source": "web", "owner": 10**9, "attributes": 3},
            actor=people.operator,
            now=NOW,
        )
    assert [(e.field, e.code) for e in refused.value.errors] == [
        ("email", "invalid_email"), ("source", "not_editable"), ("owner", "unknown_owner"), ("attributes", "invalid_type"),
    ]  # fmt: skip
    lead.refresh_from_db()
    assert lead.title == "CTO"


def test_another_version_than_expected_is_refused(people: Cast) -> None:
    lead = a_lead("1")
    edit_lead(lead, {"title": "CEO"}, actor=people.salesperson, now=NOW, expected_version=lead.version)
    with pytest.raises(Refused) as refused:
        edit_lead(lead, {"title": "CTO"}, actor=people.salesperson, now=NOW, expected_version=1)
    assert (refused.value.code, refused.value.status) == ("version_changed", 412)


def test_a_new_address_finds_the_lead_from_then_on(people: Cast) -> None:
    lead = a_lead("1", company="Firm")
    edit_lead(lead, {"email": "New@b.example"}, actor=people.salesperson, now=NOW)
    [result] = upsert_leads([LeadRow(email="new@B.example")], now=NOW, actor_id=None)
    assert (result.status, result.id) == ("unchanged", lead.pk)


def test_a_partner_gives_its_leads_to_its_own_people_only(people: Cast) -> None:
    lead = a_lead("1", scope=people.partners.pk)
    for changes in (
        {"owner": people.salesperson.pk},
        {"owner": "Salesperson"},
        {"team": people.sales.pk},
        {"team": "Sales"},
    ):
        with pytest.raises(Refused):
            edit_lead(lead, changes, actor=people.partner, now=NOW)
    edit_lead(lead, {"owner": people.partner.pk}, actor=people.partner, now=NOW)
    lead.refresh_from_db()
    assert (lead.owner, lead.team) == (people.partner, people.partners)


def test_marking_as_test_is_logged_and_holds(people: Cast) -> None:
    lead = a_lead("1")
    mark_as_test(lead, actor=people.salesperson, now=LATER)
    mark_as_test(lead, actor=people.marketer, now=LATER)
    assert lead.is_test
    assert not Lead.objects.all().counted().exists()
    assert list(LeadValue.objects.filter(field="is_test").values_list("text", "at", "actor")) == [
        ("yes", LATER, people.salesperson.pk)
    ]


def test_a_note_names_people_and_a_draft_sent_twice_is_kept_once(people: Cast) -> None:
    lead = a_lead("1")
    text = "Ask @marketer@test.example. And @Outsider, @nobody, mail@marketer@test.example"
    note = add_note(lead, text, author=people.salesperson, now=NOW, client_key="draft-1")
    again = add_note(lead, text, author=people.salesperson, now=LATER, client_key="draft-1")
    assert (again.pk, note.mentions) == (note.pk, [people.marketer.pk, people.outsider.pk])
    other = add_note(lead, "Mine", author=people.marketer, now=NOW, client_key="draft-1")
    assert other.pk != note.pk


def test_a_note_is_changed_taken_back_and_restored_by_its_author(people: Cast) -> None:
    note = add_note(a_lead("1"), "One", author=people.salesperson, now=NOW)
    edit_note(note, "Two @Marketer", actor=people.salesperson, now=LATER)
    note.refresh_from_db()
    assert (note.body, note.edited_at, note.mentions) == ("Two @Marketer", LATER, [people.marketer.pk])
    for attempt in (
        lambda: edit_note(note, "x", actor=people.marketer, now=NOW),
        lambda: delete_note(note, actor=people.marketer, now=NOW),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert (refused.value.code, refused.value.status) == ("not_yours", 403)
    delete_note(note, actor=people.operator, now=LATER)
    assert Note.objects.get().deleted_at == LATER
    restore_note(note, actor=people.salesperson)
    assert Note.objects.get().deleted_at is None


@pytest.mark.parametrize(
    ("body", "code"), [("  ", "required"), ("x" * 10_001, "too_long"), ("a\0b", "invalid_characters")]
)
def test_a_note_says_something(people: Cast, body: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        add_note(a_lead("1"), body, author=people.salesperson, now=NOW)
    assert refused.value.code == code


def test_companies_are_made_and_changed_by_hand(people: Cast) -> None:
    company = add_company(
        {"name": "Firm AG", "domain": "Firm.example", "employees": 5, "system": "crm", "external_id": "1"}
    )
    assert (company.normal_name, company.domain, company.employees) == ("firm", "firm.example", 5)
    with pytest.raises(Refused) as refused:
        add_company({"name": "Other", "system": "crm", "external_id": "1"})
    assert refused.value.status == 409
    edit_company(company, {"name": "New Firm", "employees": None, "attributes": {"a": 1}}, expected_version=1)
    company.refresh_from_db()
    assert (company.name, company.normal_name, company.employees, company.attributes, company.version) == (
        "New Firm",
        "new firm",
        None,
        {"a": 1},
        2,
    )
    with pytest.raises(Refused) as refused:
        edit_company(company, {"name": "x"}, expected_version=1)
    assert refused.value.status == 412
    assert Company.objects.count() == 1


def test_only_who_made_a_change_or_an_operator_takes_it_back(people: Cast) -> None:
    lead = a_lead("1", title="CTO")
    edit = edit_lead(lead, {"title": "CEO"}, actor=people.salesperson, now=NOW)
    assert edit is not None
    for other in (people.marketer, people.sales_lead, people.partner):
        with pytest.raises(Refused) as refused:
            undo_edit(edit, actor=other, now=LATER)
        assert (refused.value.code, refused.value.status) == ("not_yours", 403)
    undo_edit(edit, actor=people.operator, now=LATER)
    lead.refresh_from_db()
    assert lead.title == "CTO"


def test_an_address_that_bounced_stays_unusable_when_it_comes_back(people: Cast) -> None:
    lead = a_lead("1", email="old@b.example")
    did(lead, "email_bounce", 3)
    moments = iter(NOW + timedelta(hours=n) for n in range(9))

    def usable() -> bool:
        lead.refresh_from_db()
        return lead.email_usable

    def write(email: str) -> Edit:
        edit = edit_lead(lead, {"email": email}, actor=people.salesperson, now=next(moments))
        assert edit is not None
        return edit

    write("OLD@b.example")
    assert not usable()
    edit = write("new@b.example")
    assert usable()
    undo_edit(edit, actor=people.salesperson, now=next(moments))
    assert not usable()
    write("new@b.example")
    assert usable()
    write("old@b.example")
    assert not usable()


def test_a_wrong_number_stays_unusable_when_it_comes_back(people: Cast) -> None:
    lead = a_lead("1", phone="+4930123456")
    record_values([NewValue(lead.pk, "phone_usable", day(3), text="no")], recorded_at=NOW)
    Lead.objects.filter(pk=lead.pk).update(phone_usable=False)
    edit = edit_lead(lead, {"phone": "+4930765432"}, actor=people.salesperson, now=NOW)
    lead.refresh_from_db()
    assert (edit is not None, lead.phone_usable) == (True, True)
    edit_lead(lead, {"phone": "0049 30 123456"}, actor=people.salesperson, now=LATER)
    lead.refresh_from_db()
    assert (lead.phone, lead.phone_usable) == ("+4930123456", False)

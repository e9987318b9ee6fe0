"""A lead's fields by hand: changed, put back, and a new lead taken in once."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from alignment.people.models import User
from leads.records.models import Lead
from tests.leads.pages.reading import text_of, undo_of
from tests.world import Cast, a_lead, held_by

Browse = Callable[[User], Client]


def fields(lead: Lead, **changes: str) -> dict[str, str]:
    """The form as the page shows it, with some of it changed."""
    shown = {
        "first_name": lead.first_name, "last_name": lead.last_name, "title": lead.title, "email": lead.email, "phone": lead.phone,
        "country": lead.country, "segment": lead.segment, "territory": lead.territory,
        "company": lead.company.name if lead.company else "", "campaign": lead.campaign.name if lead.campaign else "",
        "owner": str(lead.owner_id or ""), "version": str(lead.version),
    }  # fmt: skip
    return {name: value or "" for name, value in shown.items()} | changes


def test_an_edit_changes_what_was_changed_and_can_be_undone(people: Cast, browse: Browse) -> None:
    lead = a_lead(
        "1", first_name="Ada", last_name="Quarrel", segment="small", company="Ferrous Ltd", email="ada@ferrous.example"
    )
    browser = browse(people.salesperson)
    changes = fields(lead, last_name="Quarrell", owner=str(people.sales_lead.pk), segment="")
    saved = browser.post(f"/leads/{lead.pk}/edit/", changes, follow=True)
    assert "Saved." in text_of(saved)
    lead.refresh_from_db()
    assert (lead.first_name, lead.last_name, lead.owner, lead.segment, lead.email) == (
        "Ada", "Quarrell", people.sales_lead, None, "ada@ferrous.example",
    )  # fmt: skip
    assert "Last name: Quarrel → Quarrell" in text_of(saved)
    assert "Put back as it was." in text_of(browser.post(undo_of(saved), follow=True))
    lead.refresh_from_db()
    assert (lead.last_name, lead.owner, lead.segment) == ("Quarrel", None, "small")


def test_somebody_elses_change_is_not_offered_to_be_undone(people: Cast, browse: Browse) -> None:
    lead = a_lead("1", first_name="Ada")
    undo = undo_of(
        browse(people.salesperson).post(f"/leads/{lead.pk}/edit/", fields(lead, first_name="Eve"), follow=True)
    )
    other = browse(people.marketer)
    assert undo not in other.get(f"/leads/{lead.pk}/").content.decode()
    assert "Somebody else made this change" in text_of(other.post(undo, follow=True))
    lead.refresh_from_db()
    assert lead.first_name == "Eve"
    assert undo in browse(people.operator).get(f"/leads/{lead.pk}/").content.decode()


def test_a_form_as_it_was_changes_nothing(people: Cast, browse: Browse) -> None:
    lead = a_lead("1", first_name="Ada")
    assert "Nothing was changed." in text_of(
        browse(people.salesperson).post(f"/leads/{lead.pk}/edit/", fields(lead), follow=True)
    )
    assert not lead.edits.exists()


def test_a_wrong_address_is_said_at_its_field_and_nothing_is_changed(people: Cast, browse: Browse) -> None:
    lead = a_lead("1", first_name="Ada")
    answer = browse(people.salesperson).post(
        f"/leads/{lead.pk}/edit/", fields(lead, email="no address", first_name="Eve")
    )
    assert answer.status_code == 422
    assert 'id="id_email_error"' in answer.content.decode()
    lead.refresh_from_db()
    assert lead.first_name == "Ada"


def test_who_saw_an_older_version_is_told_so(people: Cast, browse: Browse) -> None:
    lead = a_lead("1", first_name="Ada")
    old = fields(lead, first_name="Eve")
    browser = browse(people.salesperson)
    browser.post(f"/leads/{lead.pk}/edit/", fields(lead, first_name="Bea"))
    answer = browser.post(f"/leads/{lead.pk}/edit/", old)
    assert answer.status_code == 422
    lead.refresh_from_db()
    assert lead.first_name == "Bea"


def test_a_full_name_is_split_to_be_edited_and_not_shown_beside_the_new_one(people: Cast, browse: Browse) -> None:
    lead = a_lead("1", full_name="Ada Quarrel")
    browse(people.salesperson).post(f"/leads/{lead.pk}/edit/", fields(lead, first_name="Ada", last_name="Quarrell"))
    lead.refresh_from_db()
    assert lead.name == "Ada Quarrell"


def test_a_new_lead_is_the_salespersons_own_and_in_the_first_stage(people: Cast, browse: Browse) -> None:
    browser = browse(people.salesperson)
    page = browser.get("/leads/new/").content.decode()
    assert f'<option value="{people.salesperson.pk}" selected' in page
    given = {
        "first_name": "Ada",
        "email": "ada@ferrous.example",
        "source": "fair",
        "stage": "inquiry",
        "owner": str(people.salesperson.pk),
    }
    answer = browser.post("/leads/new/", given, follow=True)
    lead = Lead.objects.get()
    assert answer.redirect_chain[-1][0] == f"/leads/{lead.pk}/"
    assert (lead.name, lead.owner, lead.stage_id, lead.source) == ("Ada", people.salesperson, "inquiry", "fair")


def test_a_known_address_shows_its_lead_instead_of_making_another(people: Cast, browse: Browse) -> None:
    lead = a_lead("1", full_name="Ada Quarrell", email="ada@ferrous.example")
    answer = browse(people.salesperson).post(
        "/leads/new/", {"email": "ADA@ferrous.example", "first_name": "Eve", "stage": "inquiry"}
    )
    assert answer.status_code == 422
    assert f'href="/leads/{lead.pk}/"' in answer.content.decode()
    assert Lead.objects.count() == 1


def test_a_partner_takes_in_its_own_lead_and_learns_nothing_of_ours(people: Cast, browse: Browse) -> None:
    ours = a_lead("1", full_name="Ada Quarrell", email="ada@ferrous.example")
    given = {"email": "ada@ferrous.example", "first_name": "Ada", "stage": "inquiry", "owner": str(people.partner.pk)}
    answer = browse(people.partner).post("/leads/new/", given, follow=True)
    assert "Quarrell" not in text_of(answer)
    theirs = Lead.objects.exclude(pk=ours.pk).get()
    assert (theirs.team, theirs.owner) == (people.partners, people.partner)


def test_nobody_is_no_lead(people: Cast, browse: Browse) -> None:
    answer = browse(people.salesperson).post("/leads/new/", {"stage": "inquiry", "country": "DE"})
    assert answer.status_code == 422
    assert "Say at least who it is" in text_of(answer)
    assert not Lead.objects.exists()
    assert browse(people.manager).get("/leads/new/").status_code == 404


def test_an_owner_who_left_stays_until_somebody_else_is_chosen(people: Cast, browse: Browse) -> None:
    lead = a_lead("1", first_name="Ada")
    held_by(lead, people.salesperson)
    User.objects.filter(pk=people.salesperson.pk).update(is_active=False)
    browser = browse(people.marketer)
    assert (
        f'<option value="{people.salesperson.pk}" selected' in browser.get(f"/leads/{lead.pk}/edit/").content.decode()
    )
    browser.post(f"/leads/{lead.pk}/edit/", fields(lead, first_name="Bea"))
    lead.refresh_from_db()
    assert (lead.first_name, lead.owner) == ("Bea", people.salesperson)

"""Who is in, as what, in which team: changes with undo, the last operator, and pages that are not for everybody."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from alignment.people.models import PersonChange, User
from alignment.people.persons import add_person
from tests.people.conftest import signed_in
from tests.world import NOW, PASSWORD, Cast


def undo_in(page: str) -> str:
    """The address of the one undo button."""
    found = re.findall(r'action="(/people/undo/[^"]+)"', page)
    assert len(found) == 1, page
    return str(found[0])


def test_who_is_deactivated_is_out_at_once_and_cannot_sign_in(people: Cast, runs: Client) -> None:
    theirs = signed_in(people.salesperson)
    assert theirs.get("/account/").status_code == 200

    page = runs.post(f"/people/{people.salesperson.pk}/deactivate/", follow=True).content.decode()

    assert "Salesperson is deactivated" in page
    assert theirs.get("/account/").headers["Location"].startswith("/accounts/login/")
    visitor = Client()
    answer = visitor.post("/accounts/login/", {"login": people.salesperson.email, "password": PASSWORD}, follow=True)
    assert "This account is closed" in answer.content.decode()
    assert visitor.get("/account/").status_code == 302


def test_a_deactivation_is_logged_and_undone(people: Cast, runs: Client) -> None:
    page = runs.post(f"/people/{people.salesperson.pk}/deactivate/", follow=True).content.decode()
    page = runs.post(undo_in(page), follow=True).content.decode()
    assert "Salesperson is as before." in page
    people.salesperson.refresh_from_db()
    assert people.salesperson.is_active
    log = PersonChange.objects.filter(user=people.salesperson).order_by("id")
    assert list(log.values_list("active", "team")) == [
        (True, people.sales.pk),
        (False, people.sales.pk),
        (True, people.sales.pk),
    ]


def test_role_and_team_are_changed_and_the_undo_brings_both_back(people: Cast, runs: Client) -> None:
    form = {"name": "Sally", "role": "lead", "team": people.marketing.pk}
    page = runs.post(f"/people/{people.salesperson.pk}/", form, follow=True).content.decode()
    people.salesperson.refresh_from_db()
    assert (people.salesperson.name, people.salesperson.role, people.salesperson.team) == (
        "Sally",
        "lead",
        people.marketing,
    )

    runs.post(undo_in(page))

    after = User.objects.get(pk=people.salesperson.pk)
    assert (after.name, after.role, after.team) == ("Salesperson", "member", people.sales)


def test_an_undo_does_not_overwrite_what_somebody_did_since(people: Cast, runs: Client) -> None:
    page = runs.post(f"/people/{people.salesperson.pk}/deactivate/", follow=True).content.decode()
    runs.post(f"/people/{people.salesperson.pk}/", {"name": "Sally", "role": "member", "team": people.sales.pk})
    page = runs.post(undo_in(page), follow=True).content.decode()
    assert "was changed by somebody else since" in page
    assert not User.objects.get(pk=people.salesperson.pk).is_active


def test_an_undo_that_nobody_signed_does_nothing(people: Cast, runs: Client) -> None:
    page = runs.post("/people/undo/forged:note/", follow=True).content.decode()
    assert "This can no longer be undone here." in page


def test_a_form_saved_without_a_change_changes_nothing(people: Cast, runs: Client) -> None:
    form = {"name": "Salesperson", "role": "member", "team": people.sales.pk}
    page = runs.post(f"/people/{people.salesperson.pk}/", form, follow=True).content.decode()
    assert "/people/undo/" not in page
    assert PersonChange.objects.filter(user=people.salesperson).count() == 1


def test_the_last_operator_stays_one(people: Cast, runs: Client) -> None:
    invited = add_person(name="Not Yet", email="not-yet@test.example", role="operator", now=NOW)
    form = {"name": "Operator", "role": "manager", "team": ""}
    answer = runs.post(f"/people/{people.operator.pk}/", form)
    assert answer.status_code == 422
    assert "Operator is the only operator who can sign in." in answer.content.decode()

    invited.set_password(PASSWORD)
    invited.save()
    assert runs.post(f"/people/{people.operator.pk}/", form).status_code == 302
    assert User.objects.get(pk=people.operator.pk).role == "manager"


def test_nobody_deactivates_themselves(people: Cast, runs: Client) -> None:
    page = runs.post(f"/people/{people.operator.pk}/deactivate/", follow=True).content.decode()
    assert "You would lock yourself out." in page
    assert User.objects.get(pk=people.operator.pk).is_active


def test_a_member_needs_a_team(people: Cast, runs: Client) -> None:
    answer = runs.post(f"/people/{people.salesperson.pk}/", {"name": "S", "role": "member", "team": ""})
    assert answer.status_code == 422
    assert "Choose a team" in answer.content.decode()


def test_the_operator_reads_everybody_with_the_state_of_their_sign_in(people: Cast, runs: Client) -> None:
    add_person(name="Named Rep", team=people.sales, now=NOW)
    runs.post(f"/people/{people.marketer.pk}/deactivate/")
    page = runs.get("/people/").content.decode()
    for word in ("Named Rep", "No sign-in", "Deactivated", "Signs in", "In no team", "Outsider", "Partners"):
        assert word in page


def test_colleagues_read_a_plain_list_of_who_is_active(people: Cast) -> None:
    User.objects.filter(pk=people.sales_lead.pk).update(is_active=False)
    for reader in (people.salesperson, people.marketer, people.manager):
        page = signed_in(reader).get("/people/").content.decode()
        assert "Marketer" in page
        assert "Sales Lead" not in page
        for word in ("Invite", "Sign-in", "/people/teams/", f"/people/{people.marketer.pk}/"):
            assert word not in page


def test_a_partner_reads_only_their_own_team(people: Cast) -> None:
    page = signed_in(people.partner).get("/people/").content.decode()
    assert "partner@test.example" in page
    for other in ("Salesperson", "Marketer", "Other Partner", "Others", "Manager"):
        assert other not in page


def test_who_is_in_no_team_reads_only_themselves(people: Cast) -> None:
    page = signed_in(people.outsider).get("/people/").content.decode()
    assert "outsider@test.example" in page
    assert "Salesperson" not in page


FORMS = ["/people/invite/", "/people/company/", "/people/teams/new/"]
OPERATORS_PAGES = [*FORMS, "/people/keys/", "/people/first-steps/"]


@pytest.mark.parametrize("role", ["marketer", "marketing_lead", "sales_lead", "partner", "manager", "outsider"])
def test_what_operators_do_is_not_for_others(people: Cast, role: str) -> None:
    browser = signed_in(getattr(people, role))
    theirs = [f"/people/{people.marketer.pk}/", f"/people/teams/{people.sales.pk}/"]
    for page in [*OPERATORS_PAGES, *theirs]:
        assert browser.get(page).status_code == 403, page
    for page in [*FORMS, *theirs]:
        assert browser.post(page, {"name": "Mine", "role": "operator"}).status_code == 403, page
    for action in ("deactivate", "activate", "resend", "keys"):
        assert browser.post(f"/people/{people.operator.pk}/{action}/").status_code == 403, action
    assert User.objects.get(pk=people.operator.pk).is_active


def test_what_is_not_there_reads_the_same_to_others_as_what_is(people: Cast) -> None:
    browser = signed_in(people.partner)
    assert browser.get("/people/999999999/").status_code == 403
    assert browser.get(f"/people/{people.marketer.pk}/").status_code == 403


def test_strangers_are_sent_to_sign_in(people: Cast) -> None:
    pages = ["/people/", "/account/", f"/people/{people.marketer.pk}/", *OPERATORS_PAGES]
    for page in pages:
        assert Client().get(page).headers["Location"] == f"/accounts/login/?next={page}"
    assert Client().post(f"/people/{people.marketer.pk}/deactivate/").status_code == 302
    assert User.objects.get(pk=people.marketer.pk).is_active


def test_an_operator_gets_404_for_nobody(people: Cast, runs: Client) -> None:
    assert runs.get("/people/999999999/").status_code == 404
    assert runs.get("/people/99999999999999999999999/").status_code == 404
    assert runs.post("/people/999999999/deactivate/").status_code == 404
    assert runs.get("/people/teams/999999999/").status_code == 404


def test_actions_are_posts(people: Cast, runs: Client) -> None:
    for action in ("deactivate", "activate", "resend", "keys"):
        assert runs.get(f"/people/{people.marketer.pk}/{action}/").status_code == 405
    assert runs.get("/account/sign-out-everywhere/").status_code == 405

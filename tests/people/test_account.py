"""One's own account and API keys: made once, shown once, revoked; and the end of every session."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from alignment.people.api_keys import create_api_key
from alignment.people.models import ApiKey, User
from tests.people.conftest import signed_in
from tests.world import PASSWORD, Cast


def key_in(page: str) -> str:
    found = re.search(r'id="new-key" value="([0-9a-f]{40,})"', page)
    assert found, page
    return found.group(1)


def opens(key: str, method: str = "get") -> int:
    """What the API answers to this key."""
    answer = getattr(Client(), method)("/api/v1/teams", HTTP_AUTHORIZATION=f"Bearer {key}")
    return int(answer.status_code)


def test_somebody_changes_their_own_name_and_nothing_else(people: Cast) -> None:
    signed_in(people.marketer).post("/account/", {"name": "Mia Marketer", "role": "operator", "team": people.sales.pk})
    after = User.objects.get(pk=people.marketer.pk)
    assert (after.name, after.role, after.team) == ("Mia Marketer", "member", people.marketing)


def test_a_key_is_shown_once_and_works(people: Cast) -> None:
    browser = signed_in(people.marketer)
    answer = browser.post("/account/keys/", {"name": "web form", "scope": "write"})
    key = key_in(answer.content.decode())
    assert "no-store" in answer.headers["Cache-Control"]
    made = ApiKey.objects.get()
    assert (made.user, made.name, made.scope, made.expiry) == (people.marketer, "web form", "write", None)
    assert key not in browser.get("/account/").content.decode()
    assert "web form" in browser.get("/account/").content.decode()
    assert opens(key) == 200


def test_a_revoked_key_opens_nothing(people: Cast) -> None:
    browser = signed_in(people.marketer)
    key = create_api_key(people.marketer, scope="read", name="old")
    assert opens(key) == 200
    page = browser.post("/account/keys/revoke/", {"key": ApiKey.objects.get().pk}, follow=True).content.decode()
    assert "The key “old” of Marketer is revoked" in page
    assert opens(key) == 401


def test_keys_of_who_is_deactivated_stop_working(people: Cast, runs: Client) -> None:
    key = create_api_key(people.salesperson, scope="write", name="dialler")
    assert opens(key) == 200
    runs.post(f"/people/{people.salesperson.pk}/deactivate/")
    assert opens(key) == 401
    runs.post(f"/people/{people.salesperson.pk}/activate/")
    assert opens(key) == 200


def test_nobody_revokes_the_key_of_another_but_operators(people: Cast, runs: Client) -> None:
    create_api_key(people.marketer, scope="read", name="theirs")
    key = ApiKey.objects.get().pk
    assert signed_in(people.salesperson).post("/account/keys/revoke/", {"key": key}).status_code == 404
    assert ApiKey.objects.exists()
    page = runs.post("/account/keys/revoke/", {"key": key}, follow=True).content.decode()
    assert "is revoked" in page
    assert not ApiKey.objects.exists()
    for gone in (key, "", "\0"):
        assert runs.post("/account/keys/revoke/", {"key": gone}).status_code == 404


def test_operators_make_keys_for_others_and_read_all(people: Cast, runs: Client) -> None:
    answer = runs.post(f"/people/{people.salesperson.pk}/keys/", {"name": "dialler", "scope": "read"})
    key = key_in(answer.content.decode())
    assert ApiKey.objects.get().user == people.salesperson
    page = runs.get("/people/keys/").content.decode()
    assert "dialler" in page
    assert "Salesperson" in page
    assert key not in page


@pytest.mark.parametrize("role", ["manager", "outsider"])
def test_who_only_reads_gets_a_key_that_only_reads(people: Cast, role: str) -> None:
    browser = signed_in(getattr(people, role))
    assert browser.post("/account/keys/", {"name": "figures", "scope": "write"}).status_code == 422
    assert not ApiKey.objects.exists()
    assert browser.post("/account/keys/", {"name": "figures", "scope": "read"}).status_code == 200


def test_a_key_needs_a_name(people: Cast) -> None:
    answer = signed_in(people.marketer).post("/account/keys/", {"name": " ", "scope": "read"})
    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()


def test_signing_out_everywhere_ends_every_session_of_this_person_only(people: Cast) -> None:
    phone, desk, colleague = signed_in(people.marketer), signed_in(people.marketer), signed_in(people.salesperson)
    page = desk.post("/account/sign-out-everywhere/", follow=True).content.decode()
    assert "You are signed out on every device." in page
    assert (phone.get("/account/").status_code, desk.get("/account/").status_code) == (302, 302)
    assert colleague.get("/account/").status_code == 200

    phone.post("/accounts/login/", {"login": people.marketer.email, "password": PASSWORD})
    assert phone.get("/account/").status_code == 200


def test_a_new_password_ends_the_other_sessions(people: Cast) -> None:
    phone, desk = signed_in(people.marketer), signed_in(people.marketer)
    new = "another-password-0815"
    desk.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (desk.get("/account/").status_code, phone.get("/account/").status_code) == (200, 302)

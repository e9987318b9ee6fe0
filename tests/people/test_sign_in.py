"""What the sign-in library offers, and what of it is closed here."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.people.conftest import signed_in
from tests.world import PASSWORD, Cast


def test_somebody_signs_in_by_mail_and_password(people: Cast) -> None:
    visitor = Client()
    answer = visitor.post("/accounts/login/?next=/account/", {"login": "Marketer@Test.example", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
    assert "marketer@test.example" in visitor.get("/account/").content.decode()


def test_a_wrong_password_and_a_wrong_address_read_the_same(people: Cast) -> None:
    answers = [
        Client().post("/accounts/login/", {"login": login, "password": password})
        for login, password in ((people.marketer.email, "wrong-password"), ("nobody@test.example", PASSWORD))
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({str(answer.context["form"].errors) for answer in answers}) == 1


def test_nobody_signs_themselves_up(people: Cast) -> None:
    form = {"email": "eve@test.example", "password1": "eves-long-password"}
    page = Client().post("/accounts/signup/", form).content.decode()
    assert "People are invited" in page


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/confirm-email/", "/accounts/confirm-email/x/"])
def test_nobody_gives_themselves_another_address(people: Cast, path: str) -> None:
    browser = signed_in(people.marketer)
    assert browser.get(path).status_code == 404
    assert browser.post(path, {"email": "salesperson@test.example", "action_add": ""}).status_code == 404


def test_every_page_of_the_library_has_our_frame(people: Cast) -> None:
    for path in ("login", "signup", "inactive", "password/reset", "password/reset/done", "password/reset/key/done"):
        page = Client().get(f"/accounts/{path}/").content.decode()
        assert '<html lang="en-GB">' in page, path
        assert '<main id="main"' in page, path
    browser = signed_in(people.marketer)
    for path in ("password/change", "logout", "reauthenticate"):
        page = browser.get(f"/accounts/{path}/").content.decode()
        assert '<html lang="en-GB">' in page, path

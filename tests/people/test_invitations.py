"""From an invitation to the first sign-in: the mail, its link, and who is refused."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from alignment.people.invitations import invite, link_to_set_password
from alignment.people.models import User
from alignment.people.persons import add_person, change_person
from alignment.refusals import Refused
from tests.world import NOW, PASSWORD, Cast

NEW_PASSWORD = "a-brand-new-password-4711"
LINK = re.compile(r"https?://\S+/accounts/password/reset/key/\S+/")


def path_in(text: str) -> str:
    """The path of the one link in a mail."""
    links = LINK.findall(text)
    assert len(links) == 1, text
    return "/" + str(links[0]).split("/", 3)[3]


def set_password(visitor: Client, path: str, password: str = NEW_PASSWORD) -> None:
    """Follow a link of a mail and choose a password, as a person does."""
    form = visitor.get(path, follow=True)
    assert form.status_code == 200
    where = form.redirect_chain[-1][0]
    answer = visitor.post(where, {"password1": password, "password2": password})
    assert answer.status_code == 302, answer.content.decode()


def signs_in(email: str, password: str = NEW_PASSWORD) -> bool:
    visitor = Client()
    visitor.post("/accounts/login/", {"login": email, "password": password})
    return visitor.get("/account/").status_code == 200


def test_an_invited_person_sets_a_password_and_signs_in(
    people: Cast, runs: Client, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    form = {"email": "Nora@Test.example", "name": "Nora New", "role": "lead", "team": people.sales.pk}
    answer = runs.post("/people/invite/", form, follow=True)

    assert "Nora New is invited." in answer.content.decode()
    nora = User.objects.get(email="nora@test.example")
    assert (nora.name, nora.role, nora.team, nora.has_usable_password()) == ("Nora New", "lead", people.sales, False)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["nora@test.example"], "Your sign-in for Test")
    text = str(mail.body)
    assert "Operator invites you" in text
    assert "3 days" in text
    assert LINK.findall(text)[0].startswith(settings.PUBLIC_URL + "/accounts/")
    assert not signs_in("nora@test.example")

    set_password(Client(), path_in(text))

    assert signs_in("nora@test.example")
    assert signs_in("NORA@test.example")


def test_the_html_of_the_mail_has_the_same_link_and_shows_names_as_text(
    people: Cast, mailoutbox: list[EmailMessage]
) -> None:
    invite(email="x@test.example", name="<b>Bold & co", role="member", team=people.sales, now=NOW)
    (mail,) = mailoutbox
    html = str(mail.alternatives[0][0])  # type: ignore[attr-defined]
    assert path_in(html.replace('"', " ")) == path_in(str(mail.body))
    assert "&lt;b&gt;Bold &amp; co" in html
    assert "<b>Bold & co" in str(mail.body)


def test_a_link_works_once(people: Cast, mailoutbox: list[EmailMessage]) -> None:
    invite(email="nora@test.example", name="Nora", role="member", team=people.sales, now=NOW)
    path = path_in(str(mailoutbox[0].body))
    set_password(Client(), path)
    assert "This link no longer works" in Client().get(path).content.decode()


def test_a_link_works_for_three_days(people: Cast) -> None:
    invite(email="nora@test.example", name="Nora", role="member", team=people.sales, now=NOW)
    nora = User.objects.get(email="nora@test.example")
    with time_machine.travel(NOW, tick=False) as clock:
        path = "/" + link_to_set_password(nora).split("/", 3)[3]
        clock.shift(timedelta(days=3))
        assert Client().get(path).status_code == 302
        clock.shift(timedelta(seconds=1))
        assert "This link no longer works" in Client().get(path).content.decode()


def test_a_named_person_is_found_by_the_address_and_keeps_what_they_own(
    people: Cast, mailoutbox: list[EmailMessage]
) -> None:
    named = add_person(name="Rep 17", email="Rep17@Test.example", team=people.sales, now=NOW)
    same = invite(email="rep17@test.example", name="Rita Rep", role="member", team=people.marketing, now=NOW)
    assert (same.pk, same.name, same.email, same.team) == (named.pk, "Rita Rep", "rep17@test.example", people.marketing)
    set_password(Client(), path_in(str(mailoutbox[0].body)))
    assert signs_in("rep17@test.example")


def test_who_has_a_sign_in_is_not_invited_again(people: Cast, runs: Client, mailoutbox: list[EmailMessage]) -> None:
    form = {"email": "SALESPERSON@test.example", "name": "Twin", "role": "member", "team": people.sales.pk}
    answer = runs.post("/people/invite/", form)
    assert answer.status_code == 422
    assert "Salesperson signs in with this address already." in answer.content.decode()
    assert mailoutbox == []
    people.salesperson.refresh_from_db()
    assert people.salesperson.name == "Salesperson"


def test_who_was_deactivated_is_not_invited_back_by_accident(people: Cast) -> None:
    named = add_person(name="Gone", email="gone@test.example", team=people.sales, now=NOW)
    change_person(named, now=NOW, active=False)
    with pytest.raises(Refused) as refused:
        invite(email="gone@test.example", name="Gone", role="member", team=people.sales, now=NOW)
    assert refused.value.code == "is_closed"


def test_members_are_invited_into_a_team(people: Cast, runs: Client) -> None:
    answer = runs.post("/people/invite/", {"email": "n@test.example", "name": "N", "role": "member", "team": ""})
    assert answer.status_code == 422
    assert "Choose a team" in answer.content.decode()
    assert (
        runs.post(
            "/people/invite/", {"email": "n@test.example", "name": "N", "role": "manager", "team": ""}
        ).status_code
        == 302
    )
    assert not User.objects.get(email="n@test.example").team


def test_an_invitation_is_sent_again(people: Cast, runs: Client, mailoutbox: list[EmailMessage]) -> None:
    invite(email="nora@test.example", name="Nora", role="member", team=people.sales, now=NOW)
    nora = User.objects.get(email="nora@test.example")
    answer = runs.post(f"/people/{nora.pk}/resend/", follow=True)
    assert "Nora is invited." in answer.content.decode()
    assert len(mailoutbox) == 2
    set_password(Client(), path_in(str(mailoutbox[1].body)))
    answer = runs.post(f"/people/{nora.pk}/resend/", follow=True)
    assert "Nora has a password already" in answer.content.decode()
    assert len(mailoutbox) == 2


def test_a_named_person_is_invited_from_their_page(people: Cast, runs: Client, mailoutbox: list[EmailMessage]) -> None:
    named = add_person(name="Rep 17", email="Rep17@Test.example", team=people.sales, now=NOW)
    assert "Named in an import" in runs.get(f"/people/{named.pk}/").content.decode()
    runs.post(f"/people/{named.pk}/resend/")
    set_password(Client(), path_in(str(mailoutbox[0].body)))
    assert signs_in("Rep17@Test.example")


def test_who_has_no_address_cannot_be_invited(people: Cast, runs: Client, mailoutbox: list[EmailMessage]) -> None:
    named = add_person(name="Rep 18", team=people.sales, now=NOW)
    page = runs.post(f"/people/{named.pk}/resend/", follow=True).content.decode()
    assert "Rep 18 has no e-mail address to invite." in page
    assert mailoutbox == []


def test_where_mail_cannot_be_sent_the_page_says_so(people: Cast, runs: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 2
    form = {"email": "nora@test.example", "name": "Nora", "role": "member", "team": people.sales.pk}
    page = runs.post("/people/invite/", form).content.decode()
    assert "Nora is here now, but the mail could not be sent" in page
    assert User.objects.filter(email="nora@test.example").exists()


def test_with_file_mail_operators_read_where_it_is(
    people: Cast, runs: Client, settings: Settings, tmp_path: Path
) -> None:
    into_files(settings, tmp_path)
    form = {"email": "nora@test.example", "name": "Nora", "role": "member", "team": people.sales.pk}
    assert str(tmp_path) in runs.post("/people/invite/", form, follow=True).content.decode()
    set_password(Client(), path_in(only_mail(tmp_path)))
    assert signs_in("nora@test.example")


def test_a_forgotten_password_is_replaced_by_mail(people: Cast, settings: Settings, tmp_path: Path) -> None:
    into_files(settings, tmp_path)
    page = Client().post("/accounts/password/reset/", {"email": "Salesperson@test.example"}, follow=True)
    assert "Look into your mail" in page.content.decode()
    assert str(tmp_path) not in page.content.decode()
    set_password(Client(), path_in(only_mail(tmp_path)))
    assert signs_in("salesperson@test.example")
    assert not signs_in("salesperson@test.example", PASSWORD)


@pytest.mark.parametrize("address", ["nobody@test.example", "named@test.example", "closed@test.example"])
def test_no_mail_goes_to_who_has_no_sign_in_and_the_page_does_not_tell(
    people: Cast, mailoutbox: list[EmailMessage], address: str
) -> None:
    add_person(name="Named", email="named@test.example", team=people.sales, now=NOW)
    closed = add_person(name="Closed", email="closed@test.example", password=PASSWORD, team=people.sales, now=NOW)
    change_person(closed, now=NOW, active=False)
    page = Client().post("/accounts/password/reset/", {"email": address}, follow=True)
    assert "Look into your mail" in page.content.decode()
    assert mailoutbox == []


def into_files(settings: Settings, folder: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(folder)


def only_mail(folder: Path) -> str:
    """The text of the one mail in a folder, as a mail program reads it."""
    (path,) = folder.iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())

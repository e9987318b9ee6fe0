"""An empty installation: the first visitor sets it up, once, and is signed in."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from alignment.people.company import CompanySettings
from alignment.people.models import Organisation, PersonChange, Team, User
from alignment.people.named import IMPORTED_TEAM
from alignment.people.persons import add_person, change_person, ensure_team
from alignment.people.setup import FirstRun, set_up
from alignment.refusals import Refused
from tests.world import NOW, cast

ANSWERS = {
    "name": "Acme",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "marketing_team": "Marketing",
    "sales_team": "Sales",
    "operator_name": "Ada Lovelace",
    "operator_email": "Ada@Acme.example",
    "password1": "counting-engines-1843",
    "password2": "counting-engines-1843",
}


@pytest.mark.django_db
def test_every_page_leads_to_the_set_up_while_there_is_no_operator(client: Client) -> None:
    for address in ("/", "/people/", "/accounts/login/", "/leads/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/set-up/")


@pytest.mark.django_db
def test_the_set_up_suggests_what_the_environment_says(client: Client) -> None:
    page = client.get("/set-up/").content.decode()
    assert 'value="UTC"' in page
    assert 'value="EUR"' in page
    assert '<option value="Europe/Berlin"></option>' in page


@pytest.mark.django_db
def test_the_first_visitor_sets_the_company_up_and_is_signed_in(client: Client) -> None:
    answer = client.post("/set-up/", ANSWERS)

    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("people:first-steps"))
    company = Organisation.objects.get()
    assert (company.pk, company.name, company.timezone, company.currency) == (1, "Acme", "Europe/Berlin", "EUR")
    assert company.set_up_at is not None
    assert sorted(Team.objects.values_list("name", "side")) == [("Marketing", "marketing"), ("Sales", "sales")]
    operator = User.objects.get()
    assert (operator.name, operator.email, operator.role) == ("Ada Lovelace", "ada@acme.example", "operator")
    assert PersonChange.objects.filter(user=operator, active=True, team=None).count() == 1
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Acme is set up" in page
    assert "Invite somebody" in page


@pytest.mark.django_db
def test_after_that_the_page_is_gone(client: Client) -> None:
    client.post("/set-up/", ANSWERS)
    for visitor in (client, Client()):
        assert visitor.get("/set-up/").status_code == 404
        assert visitor.post("/set-up/", {**ANSWERS, "operator_email": "eve@acme.example"}).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"timezone": "Mars/Olympus"}, "There is no such time zone"),
        ({"currency": "E1R"}, "three capital letters"),
        ({"sales_team": "marketing"}, "The two teams need two names."),
        ({"password2": "something-else-99"}, "The two passwords are not the same."),
        ({"password1": "12345678", "password2": "12345678"}, "too common"),
        ({"password1": "lovelace", "password2": "lovelace"}, "too similar"),
        ({"operator_email": "nobody"}, "valid email address"),
        ({"name": "  "}, "This field is required."),
    ],
)
def test_a_wrong_answer_is_named_and_changes_nothing(client: Client, wrong: dict[str, str], sentence: str) -> None:
    answer = client.post("/set-up/", {**ANSWERS, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert (User.objects.count(), Team.objects.count(), Organisation.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("sao paulo", "America/Sao_Paulo"),
        ("São Paulo", "America/Sao_Paulo"),
        ("europe/berlin", "Europe/Berlin"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_found_by_its_city(client: Client, typed: str, zone: str) -> None:
    client.post("/set-up/", {**ANSWERS, "timezone": typed})
    assert Organisation.objects.get().timezone == zone


@pytest.mark.django_db
def test_who_was_named_in_an_import_before_becomes_the_operator(client: Client) -> None:
    team = ensure_team(IMPORTED_TEAM, side="sales")
    named = add_person(name="A. Lovelace", email="ADA@acme.example", team=team, now=NOW)
    assert client.post("/set-up/", ANSWERS).status_code == 302
    operator = User.objects.get()
    assert (operator.pk, operator.name, operator.email, operator.role) == (
        named.pk,
        "Ada Lovelace",
        "ada@acme.example",
        "operator",
    )
    assert operator.check_password(ANSWERS["password1"])


@pytest.mark.django_db
def test_a_team_that_an_import_put_on_the_other_side_is_not_taken(client: Client) -> None:
    ensure_team("Marketing", side="sales")
    answer = client.post("/set-up/", ANSWERS)
    assert answer.status_code == 422
    assert "belongs to sales" in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_where_there_is_an_operator_nobody_is_asked(client: Client) -> None:
    cast()
    assert client.get("/set-up/").status_code == 404
    assert client.get("/people/").headers["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_the_page_does_not_come_back_when_the_operator_was_deactivated(client: Client) -> None:
    operator = cast().operator
    change_person(operator, now=NOW, active=False)
    assert client.get("/set-up/").status_code == 404
    with pytest.raises(Refused, match="Sign in instead"):
        set_up(first_run(1), now=NOW)


def first_run(number: int) -> FirstRun:
    company = CompanySettings("Acme", "UTC", "EUR")
    return FirstRun(company, f"Visitor {number}", f"visitor-{number}@acme.example", "a-fine-password-7", "M", "S")


@pytest.fixture
def two_visitors(transactional_db: None) -> list[str]:
    """What became of two people who sent the page off at the same moment."""
    start, outcomes = threading.Barrier(2), list[str]()

    def send(number: int) -> None:
        start.wait(timeout=10)
        try:
            set_up(first_run(number), now=NOW)
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def test_of_two_at_once_one_wins(two_visitors: list[str]) -> None:
    assert sorted(two_visitors) == ["already_set_up", "done"]
    assert User.objects.filter(role="operator").count() == 1
    assert Team.objects.count() == 2
    assert Organisation.objects.count() == 1

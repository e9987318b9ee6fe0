"""The operators' console: every table is found and searched, nothing is edited, actions go through the services."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import CompositePrimaryKey, Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alignment.people.api_keys import create_api_key
from alignment.people.models import ApiKey, User
from leads.models import Lead, Touched
from tests import world
from tests.world import NOW, TIME_ZERO, Cast

OURS = ("people", "programs", "leads", "kpis", "api", "outbox", "agreements")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]
# the console of Django shows no table whose key is of several columns
KEYED_BY_SEVERAL = [model for model in MODELS if isinstance(model._meta.pk, CompositePrimaryKey)]
TABLES = [model for model in MODELS if model not in KEYED_BY_SEVERAL]


def address(model: type[Model], page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def cast(db: None) -> Cast:
    return world.cast()


@pytest.fixture
def console(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.operator)
    return client


@pytest.fixture
def lead(cast: Cast) -> Lead:
    return Lead.objects.create(created_at=TIME_ZERO, recorded_at=NOW, email="somebody@example.com")


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_every_table_is_found_and_searched(console: Client, lead: Lead, model: type[Model]) -> None:
    assert admin.site.is_registered(model)
    for query in ("", "?q=abc", "?q=1", "?q=a+b+%00c"):
        assert console.get(address(model) + query).status_code == 200, query


def test_only_what_has_a_key_of_several_columns_is_not_in_the_console() -> None:
    assert [model.__name__ for model in KEYED_BY_SEVERAL] == ["CohortPlace"]
    assert not any(admin.site.is_registered(model) for model in KEYED_BY_SEVERAL)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_nothing_is_made_or_changed_by_hand(console: Client, lead: Lead, model: type[Model]) -> None:
    assert console.get(address(model, "add")).status_code == 403
    row = model._default_manager.first()
    if row is not None:
        page = console.get(address(model, "change", row.pk))
        assert page.status_code == 200
        assert console.post(address(model, "change", row.pk), {}).status_code == 403
        assert console.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_only_operators_have_a_console(cast: Cast) -> None:
    others = (cast.marketer, cast.sales_lead, cast.partner, cast.manager, cast.outsider)
    for person in others:
        client = Client()
        client.force_login(person)
        assert client.get("/admin/", follow=True).status_code == 404
        assert client.get(address(Lead), follow=True).status_code == 404
    assert Client().get("/admin/").headers["Location"].startswith("/admin/login/")
    assert Client().get("/admin/login/").headers["Location"].startswith("/accounts/login/")


def test_the_policy_is_wider_in_the_console_only(console: Client) -> None:
    assert "'unsafe-eval'" in console.get("/admin/").headers["Content-Security-Policy"]
    for path in ("/accounts/login/", "/api/v1/teams", "/nothing"):
        assert "unsafe" not in console.get(path).headers["Content-Security-Policy"]


def test_a_large_table_is_never_counted_whole(console: Client, lead: Lead) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        console.get(address(Lead))
    counting = [query["sql"] for query in queries if "count(" in query["sql"].lower() and "leads_lead" in query["sql"]]
    assert counting
    assert all("LIMIT 10001" in sql for sql in counting)


def act(client: Client, model: type[Model], action: str, *rows: Model) -> str:
    answer = client.post(address(model), {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True)
    assert answer.status_code == 200
    return " ".join(str(message) for message in answer.context["messages"])


def test_a_person_is_deactivated_and_their_keys_open_nothing(console: Client, cast: Cast) -> None:
    create_api_key(cast.marketer, scope="read")
    assert act(console, User, "deactivate", cast.marketer, cast.operator) == (
        "Operator: You would lock yourself out. Another operator can do this. 1 deactivated."
    )
    cast.marketer.refresh_from_db()
    assert not cast.marketer.is_active
    assert [change.active for change in cast.marketer.changes.order_by("id")] == [True, False]
    assert act(console, User, "activate", cast.marketer) == "1 activated."


def test_who_was_only_named_is_invited(console: Client, cast: Cast, mailoutbox: list[object]) -> None:
    named = User.objects.create_user("named@test.example", name="Named", team=cast.sales)
    assert act(console, User, "send_invitation", named, cast.salesperson).endswith("1 invited.")
    assert len(mailoutbox) == 1


def test_a_key_is_revoked(console: Client, cast: Cast) -> None:
    create_api_key(cast.partner, scope="read", name="theirs")
    assert act(console, ApiKey, "revoke", ApiKey.objects.get()) == "1 revoked."
    assert not ApiKey.objects.exists()


def test_leads_are_marked_for_recomputing(console: Client, lead: Lead) -> None:
    Touched.objects.all().delete()
    assert act(console, Lead, "recompute", lead) == "1 will be recomputed in a moment."
    assert list(Touched.objects.values_list("lead_id", flat=True)) == [lead.pk]

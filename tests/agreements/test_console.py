"""Agreements in the operators' console: read, never edited; overridden with a reason and taken back by the services."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from alignment.agreements.comments import comment
from alignment.agreements.drafts import change_draft
from alignment.agreements.in_force import in_force
from alignment.agreements.models import Backtest, Override, Version
from tests.agreements.lunch import LUNCH, a_draft, agreed
from tests.world import NOW, Cast

TABLES = list(apps.get_app_config("agreements").get_models())


def address(model: type[Model], page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def console(cast: Cast) -> Client:
    """The console, with a row in every table."""
    version = agreed(cast, NOW)
    comment(version, "Good.", by=cast.marketer, now=NOW)
    Backtest.objects.create(version=version, days=1, ends_at=NOW, terms=version.terms, asked_at=NOW)
    client = Client()
    client.force_login(cast.operator)
    return client


def act(client: Client, action: str, *versions: Version, reason: str = "", **sent: str) -> str:
    """What the console answers; what the list shows is sent with the action, but for what `sent` says."""
    seen = dict(re.findall(r'name="(revision-\d+)" value="(\d+)"', client.get(address(Version)).content.decode()))
    data = {
        "action": action,
        "_selected_action": [version.pk for version in versions],
        "reason": reason,
        **seen,
        **sent,
    }
    answer = client.post(address(Version), data, follow=True)
    assert answer.status_code == 200
    return " ".join(str(message) for message in answer.context["messages"])


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_every_table_is_read_and_nothing_is_edited(console: Client, cast: Cast, model: type[Model]) -> None:
    act(console, "override", a_draft(cast.marketer, NOW, key="friday"), reason="Now.")
    assert admin.site.is_registered(model)
    for query in ("", "?q=abc", "?q=1", "?q=a+b+%00c"):
        assert console.get(address(model) + query).status_code == 200, query
    row = model._default_manager.first()
    assert row is not None
    assert console.get(address(model, "change", row.pk)).status_code == 200
    assert console.post(address(model, "change", row.pk), {}).status_code == 403
    assert console.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert console.get(address(model, "add")).status_code == 403


def test_an_operator_puts_a_draft_in_force_and_takes_it_back(console: Client, cast: Cast) -> None:
    draft = a_draft(cast.marketer, NOW, 60)
    assert "An override needs a reason" in act(console, "override", draft)
    assert not Override.objects.exists()
    assert act(console, "override", draft, reason="The kitchen burns.") == "1 put in force."
    held = in_force(LUNCH, "monday")
    assert held is not None
    assert (held.number, held.overridden, Override.objects.get().reason) == (2, True, "The kitchen burns.")
    assert act(console, "revert", draft) == "1 taken back."
    back = in_force(LUNCH, "monday")
    assert back is not None
    assert (back.number, back.overridden) == (1, False)
    assert "is not an override" in act(console, "revert", draft)


def test_the_reason_can_be_written_beside_the_action(console: Client) -> None:
    assert 'name="reason"' in console.get(address(Version)).content.decode()


def test_what_was_changed_after_the_list_was_opened_is_not_put_in_force(console: Client, cast: Cast) -> None:
    draft = a_draft(cast.marketer, NOW, 60)
    change_draft(draft.pk, by=cast.salesperson, now=NOW, document={"minutes": 5})
    for seen in ("1", "", "x"):
        said = act(console, "override", draft, reason="Now.", **{f"revision-{draft.pk}": seen})
        assert "changed meanwhile" in said, seen
    assert not Override.objects.exists()

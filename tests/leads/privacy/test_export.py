"""Everything that is known about a person leaves in one document, for who may ask for it."""

from __future__ import annotations

import orjson
import pytest
from django.apps import apps
from django.db.models import ForeignKey
from django.test import Client

from leads.privacy.export import WORK, export, relations
from leads.records.models import Lead
from leads.records.notes import add_note
from tests.world import NOW, Cast, a_deal, a_lead, cast, did, moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def known(people: Cast) -> Lead:
    lead = a_lead(
        "77", email="ada@firm.example", full_name="Ada", company="Firm", consents={"marketing": "granted"},
        owner=people.salesperson,
    )  # fmt: skip
    did(lead, "call", 1, subject="Hello")
    moved(lead, ("mql", 2))
    a_deal(lead)
    add_note(lead, "Likes blue", author=people.salesperson, now=NOW)
    return lead


def test_every_table_that_speaks_of_leads_is_in_it() -> None:
    ours = {
        model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model is Lead
    }
    assert {relation.related_model._meta.db_table for relation in relations()} == ours - WORK


def test_it_says_who_what_and_when(people: Cast) -> None:
    document = orjson.loads(orjson.dumps(export(known(people), now=NOW), default=str))
    assert (document["lead"]["email"], document["company"]["name"]) == ("ada@firm.example", "Firm")
    assert document["lead"]["owner"] == str(people.salesperson)
    tables = document["tables"]
    assert [row["subject"] for row in tables["activities"]] == ["Hello"]
    assert [row["body"] for row in tables["notes"]] == ["Likes blue"]
    assert [(row["purpose"], row["state"], row["source"]) for row in tables["consents"]] == [
        ("marketing", "granted", "test")
    ]
    assert {"deals", "stage changes", "lead identitys"} & tables.keys()


def test_leads_of_both_sides_and_operators_take_it_out_and_nobody_else(people: Cast) -> None:
    lead = known(people)
    for user, status in (
        (people.marketing_lead, 200), (people.sales_lead, 200), (people.operator, 200), (people.salesperson, 404),
        (people.manager, 404), (people.partner, 404), (people.outsider, 404),
    ):  # fmt: skip
        client = Client()
        client.force_login(user)
        assert client.get(f"/leads/{lead.pk}/export/").status_code == status, user


def test_consent_is_kept_with_where_it_was_given(people: Cast) -> None:
    lead = a_lead("78", email="bob@firm.example")
    client = Client()
    client.force_login(people.marketer)
    given = {"purpose": "marketing", "state": "refused", "source": "on the phone"}
    client.post(f"/leads/{lead.pk}/consents/", given)
    assert list(lead.consents.values_list("state", "source", "actor")) == [
        ("refused", "on the phone", people.marketer.pk)
    ]
    assert "on the phone" in client.get(f"/leads/{lead.pk}/").content.decode()

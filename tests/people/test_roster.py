"""A list of users of another system makes and changes people, and lets nobody in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alignment.clock import BEGINNING
from alignment.people.models import PersonChange, User
from alignment.people.named import named_people
from alignment.people.persons import PersonRow, save_people
from tests.world import NOW, cast

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def test_people_are_made_changed_and_left_alone() -> None:
    rows = [
        PersonRow("Ann", system="crm", external_id="1", email="ann@us.example", team="East"),
        PersonRow("Bob", active=False),
    ]
    assert [r.status for r in save_people(rows, now=NOW, actor_id=None)] == ["created", "created"]
    assert [r.status for r in save_people(rows, now=LATER, actor_id=None)] == ["unchanged", "unchanged"]
    moved = [PersonRow("Ann Lee", system="crm", external_id="1", team="West", active=False)]
    assert [r.status for r in save_people(moved, now=LATER, actor_id=None)] == ["updated"]
    people = User.objects.order_by("id").values_list("name", "email", "external_id", "team__name", "is_active", "role")
    assert list(people) == [
        ("Ann Lee", "ann@us.example", "1", "West", False, "member"),
        ("Bob", None, None, None, False, "member"),
    ]
    ann = PersonChange.objects.filter(user__external_id="1").order_by("id").values_list("at", "active", "team__name")
    assert list(ann) == [(BEGINNING, True, "East"), (LATER, False, "West")]
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_who_was_named_in_another_file_is_the_same_person() -> None:
    named_people(["Ann Lee", "bob@us.example"], now=NOW)
    rows = [
        PersonRow("ann lee", system="crm", external_id="1"),
        PersonRow("Bob", system="crm", external_id="2", email="Bob@us.example"),
    ]
    assert [r.status for r in save_people(rows, now=NOW, actor_id=None)] == ["updated", "updated"]
    assert User.objects.count() == 2


def test_who_signs_in_here_keeps_address_role_and_password() -> None:
    people = cast()
    [result] = save_people(
        [PersonRow("Operator", email="operator@test.example", system="crm", external_id="1")], now=NOW, actor_id=None
    )
    people.operator.refresh_from_db()
    assert (result.id, people.operator.email, people.operator.role) == (
        people.operator.pk,
        "operator@test.example",
        "operator",
    )
    assert people.operator.has_usable_password()


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (PersonRow(None), "name", "required"),
        (PersonRow("x" * 201), "name", "too_long"),
        (PersonRow("Ann", email="nobody"), "email", "invalid_email"),
        (PersonRow("Zoe", system="crm", external_id="9", email="taken@us.example"), "email", "email_taken"),
    ],
)
def test_a_wrong_row_is_set_aside(row: PersonRow, field: str, code: str) -> None:
    save_people([PersonRow("Taken", email="taken@us.example", system="crm", external_id="1")], now=NOW, actor_id=None)
    [result] = save_people([row], now=NOW, actor_id=None)
    assert (result.status, result.field, result.code) == ("rejected", field, code)


def test_names_find_people_by_address_then_id_then_name() -> None:
    save_people(
        [PersonRow("ann@us.example", system="crm", external_id="7"), PersonRow("7", email="seven@us.example"),
         PersonRow("Ann", email="ann@us.example", system="crm", external_id="8")],
        now=NOW, actor_id=None,
    )  # fmt: skip
    found = named_people(["ANN@us.example", "7", "ann", " "], now=NOW)
    assert {label: user.name for label, user in found.items()} == {
        "ANN@us.example": "Ann",
        "7": "ann@us.example",
        "ann": "Ann",
    }
    assert User.objects.count() == 3

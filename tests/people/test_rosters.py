"""A list of users changes what the house knows of people, and opens or closes no door of who signs in here."""

from __future__ import annotations

import pytest

from alignment.people.models import User
from alignment.people.persons import PersonRow, add_person, save_people
from tests.world import NOW, Cast


def after(user: User) -> tuple[bool, int | None]:
    fresh = User.objects.get(pk=user.pk)
    return fresh.is_active, fresh.team_id


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (PersonRow("Partner", email="partner@test.example", team="Sales"), "team"),
        (PersonRow("Partner", email="partner@test.example", active=False), "active"),
    ],
)
def test_a_list_of_somebody_else_does_not_place_who_signs_in(people: Cast, row: PersonRow, field: str) -> None:
    (result,) = save_people([row], now=NOW, actor_id=people.salesperson.pk)
    assert (result.status, result.field, result.code) == ("rejected", field, "operators_only")
    assert after(people.partner) == (True, people.partners.pk)


def test_a_list_of_an_operator_does(people: Cast) -> None:
    rows = [PersonRow("Partner", email="partner@test.example", team="Sales", active=False)]
    assert save_people(rows, now=NOW, actor_id=people.operator.pk)[0].status == "updated"
    assert after(people.partner) == (False, people.sales.pk)


def test_no_list_deactivates_an_operator(people: Cast) -> None:
    rows = [PersonRow("Operator", email="operator@test.example", active=False)]
    for actor in (None, people.operator.pk, people.marketer.pk):
        assert save_people(rows, now=NOW, actor_id=actor)[0].status == "rejected"
    assert after(people.operator) == (True, None)


def test_who_is_only_named_follows_any_list(people: Cast) -> None:
    named = add_person(name="Rep 17", team=people.sales, now=NOW)
    rows = [PersonRow("Rep 17", team="Marketing", active=False)]
    assert save_people(rows, now=NOW, actor_id=people.salesperson.pk)[0].status == "updated"
    assert after(named) == (False, people.marketing.pk)


def test_a_list_that_changes_nothing_of_them_passes(people: Cast) -> None:
    rows = [PersonRow("Partner", email="PARTNER@test.example", team="partners", active=True)]
    assert save_people(rows, now=NOW, actor_id=people.salesperson.pk)[0].status == "unchanged"

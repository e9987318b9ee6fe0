"""Who is shown which people and teams."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests.api.conftest import Caller
from tests.world import Cast


def names(client: APIClient, address: str) -> list[str]:
    body = client.get(address).json()
    return sorted(row["name"] for row in body["results"])


def test_those_who_see_everything_see_every_team_and_person(cast: Cast, calling: Caller) -> None:
    for person in (cast.marketer, cast.salesperson, cast.manager, cast.operator):
        client = calling(person, scope="read")
        assert names(client, "/api/v1/teams") == ["Marketing", "Others", "Partners", "Sales"]
        assert len(names(client, "/api/v1/users")) == 9


def test_a_partner_sees_their_own_team_and_its_people_only(cast: Cast, calling: Caller) -> None:
    client = calling(cast.partner, scope="read")
    assert names(client, "/api/v1/teams") == ["Partners"]
    assert names(client, "/api/v1/users") == ["Partner"]
    assert client.get(f"/api/v1/teams/{cast.other_partners.pk}").status_code == 404
    assert client.get(f"/api/v1/users/{cast.marketer.pk}").status_code == 404


def test_who_is_in_no_team_sees_themselves(cast: Cast, calling: Caller) -> None:
    client = calling(cast.outsider, scope="read")
    assert names(client, "/api/v1/teams") == []
    assert names(client, "/api/v1/users") == ["Outsider"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("side=partner", ["Others", "Partners"]),
        ("search=PART", ["Partners"]),
        ("name=sales", ["Sales"]),
        ("side=marketing&search=part", []),
    ],
)
def test_teams_are_found_by_their_fields(cast: Cast, calling: Caller, query: str, expected: list[str]) -> None:
    assert names(calling(cast.operator), f"/api/v1/teams?{query}") == expected


def test_a_person_is_shown_with_team_and_role(cast: Cast, calling: Caller) -> None:
    body = calling(cast.manager).get(f"/api/v1/users/{cast.partner.pk}").json()
    assert body == {
        "id": cast.partner.pk,
        "system": None,
        "external_id": None,
        "name": "Partner",
        "email": "partner@test.example",
        "role": "member",
        "team": "Partners",
        "team_id": cast.partners.pk,
        "is_active": True,
        "created_at": body["created_at"],
    }

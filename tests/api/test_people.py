"""Who is shown which people and teams."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests.api.cast import Cast
from tests.api.conftest import Caller


def names(client: APIClient, address: str) -> list[str]:
    body = client.get(address).json()
    return sorted(row["name"] for row in body["results"])


def test_those_who_see_everything_see_every_team_and_person(cast: Cast, calling: Caller) -> None:
    for person in cast.seeing_everything():
        client = calling(person, scope="read")
        assert names(client, "/api/v1/teams") == ["Marketing", "Partner North", "Partner South", "Sales"]
        assert len(names(client, "/api/v1/users")) == 7


def test_a_partner_sees_their_own_team_and_its_people_only(cast: Cast, calling: Caller) -> None:
    client = calling(cast.partner, scope="read")
    assert names(client, "/api/v1/teams") == ["Partner North"]
    assert names(client, "/api/v1/users") == ["Part Ner"]
    assert client.get(f"/api/v1/teams/{cast.other_partner_team.pk}").status_code == 404
    assert client.get(f"/api/v1/users/{cast.marketer.pk}").status_code == 404


def test_who_is_in_no_team_sees_themselves(cast: Cast, calling: Caller) -> None:
    client = calling(cast.outsider, scope="read")
    assert names(client, "/api/v1/teams") == []
    assert names(client, "/api/v1/users") == ["Out Sider"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("side=partner", ["Partner North", "Partner South"]),
        ("search=NORTH", ["Partner North"]),
        ("name=sales", ["Sales"]),
        ("side=marketing&search=north", []),
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
        "name": "Part Ner",
        "email": "part.ner@world.example",
        "role": "member",
        "team": "Partner North",
        "team_id": cast.partner_team.pk,
        "is_active": True,
        "created_at": body["created_at"],
    }

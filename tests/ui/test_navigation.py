"""Everybody's day begins on their own page, and every place in the navigation is there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.urls import resolve

from alignment.ui.navigation import LEADS, PLACES, RECEIVERS, REPORTS, is_here, kind_of, places_for


@dataclass
class Somebody:
    role: str
    side: str | None = None


@pytest.mark.parametrize(
    ("visitor", "kind", "first"),
    [
        (Somebody("member", "marketing"), "marketer", "/"),
        (Somebody("lead", "sales"), "salesperson", "/inbox/"),
        (Somebody("member", "partner"), "partner", "/inbox/"),
        (Somebody("manager"), "manager", "/"),
        (Somebody("operator", "sales"), "operator", "/"),
    ],
)
def test_the_first_place_is_where_the_day_begins(visitor: Somebody, kind: str, first: str) -> None:
    assert kind_of(visitor) == kind
    assert places_for(visitor)[0].path == first


def test_leads_of_a_team_look_after_who_takes_how_much() -> None:
    assert RECEIVERS in places_for(Somebody("lead", "sales"))
    assert RECEIVERS in places_for(Somebody("lead", "partner"))
    assert RECEIVERS not in places_for(Somebody("member", "sales"))


def test_managers_read_what_people_take_and_marketers_find_duplicates() -> None:
    assert RECEIVERS in places_for(Somebody("manager"))
    for visitor in (Somebody("member", "marketing"), Somebody("operator")):
        assert "/duplicates/" in [place.path for place in places_for(visitor)]
    assert {"/leakage/", "/reports/funnel/"} <= {place.path for place in places_for(Somebody("member", "partner"))}


def test_who_is_in_no_team_has_no_places() -> None:
    assert places_for(Somebody("member")) == ()


def test_every_place_leads_somewhere_and_has_a_key_of_its_own() -> None:
    for places in PLACES.values():
        assert len({place.key for place in places}) == len(places)
        for place in places:
            assert resolve(place.path).route is not None


def test_a_page_below_a_place_belongs_to_it() -> None:
    assert is_here(LEADS, "/leads/7/")
    assert is_here(REPORTS, "/reports/flow/")
    assert not is_here(PLACES["manager"][0], "/leads/")

"""Teams and the company's settings, as operators change them."""

from __future__ import annotations

import json
from typing import Any

from celery import current_app
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from alignment.people.company import RECOMPUTE
from alignment.people.models import Organisation, Team
from tests.people.test_roles import undo_in
from tests.world import TIME_ZERO, Cast

SETTINGS = {"name": "Test", "timezone": "UTC", "currency": "EUR"}


def waiting_tasks() -> list[str]:
    """Which tasks wait for a worker, by name; they are forgotten."""
    with current_app.connection_for_read() as broker:
        channel: Any = broker.default_channel
        messages = channel.client.lrange("now", 0, -1)
        channel.client.delete("now")
    return [json.loads(message)["headers"]["task"] for message in messages]


def test_a_team_is_added_and_waits_for_its_people(people: Cast, runs: Client) -> None:
    page = runs.post("/people/teams/new/", {"name": "  Inside   Sales ", "side": "sales"}, follow=True).content.decode()
    team = Team.objects.get(name="Inside Sales")
    assert team.side == "sales"
    assert "Nobody is in this team yet." in page
    assert f"/people/invite/?team={team.pk}" in page
    assert f'<option value="{team.pk}" selected>' in runs.get(f"/people/invite/?team={team.pk}").content.decode()


def test_two_teams_do_not_share_a_name(people: Cast, runs: Client) -> None:
    for address in ("/people/teams/new/", f"/people/teams/{people.marketing.pk}/"):
        answer = runs.post(address, {"name": "SALES", "side": "marketing"})
        assert answer.status_code == 422
        assert "There is a team called “SALES” already." in answer.content.decode()
    assert Team.objects.count() == 4


def test_a_team_has_one_of_the_three_sides(people: Cast, runs: Client) -> None:
    assert runs.post("/people/teams/new/", {"name": "New", "side": "both"}).status_code == 422


def test_a_team_is_renamed_and_called_as_before_again(people: Cast, runs: Client) -> None:
    page = runs.post(f"/people/teams/{people.sales.pk}/", {"name": "Field"}, follow=True).content.decode()
    people.sales.refresh_from_db()
    assert (people.sales.name, people.sales.side) == ("Field", "sales")
    runs.post(undo_in(page))
    people.sales.refresh_from_db()
    assert people.sales.name == "Sales"


def test_another_zone_has_every_figure_computed_anew(
    people: Cast, runs: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    waiting_tasks()
    with django_capture_on_commit_callbacks(execute=True):
        page = runs.post("/people/company/", {**SETTINGS, "timezone": "Asia/Tokyo"}, follow=True).content.decode()
    company = Organisation.objects.get()
    assert (company.timezone, company.set_up_at) == ("Asia/Tokyo", TIME_ZERO)
    assert "Every figure is being computed anew." in page
    assert "Times in Asia/Tokyo" in page
    assert waiting_tasks() == [RECOMPUTE]

    runs.post(undo_in(page))
    assert Organisation.objects.get().timezone == "UTC"


def test_another_name_leaves_the_figures_alone(
    people: Cast, runs: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    waiting_tasks()
    with django_capture_on_commit_callbacks(execute=True):
        page = runs.post("/people/company/", {**SETTINGS, "name": "Test & Sons"}, follow=True).content.decode()
    assert "The settings are saved." in page
    assert "computed anew." not in page.split("<form")[1]
    assert Organisation.objects.get().name == "Test & Sons"
    assert waiting_tasks() == []


def test_a_wrong_setting_is_named(people: Cast, runs: Client) -> None:
    answer = runs.post("/people/company/", {"name": "", "timezone": "Nowhere", "currency": "EURO"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("This field is required.", "There is no such time zone", "at most 3 characters"):
        assert sentence in page
    assert Organisation.objects.get().timezone == "UTC"

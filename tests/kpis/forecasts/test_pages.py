"""The way to a target as a page, the button, and what is kept of both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from alignment.people.models import User
from kpis.agreed.standings import refresh
from kpis.forecasts.agreed import agreed_target, agreed_targets
from kpis.forecasts.keeping import keep_all, kept, kept_or_computed
from kpis.forecasts.models import KeptForecast, Press
from kpis.forecasts.report import compute, read
from kpis.forecasts.scores import score_due
from tests.clocks import present_is
from tests.kpis.agreed.agreeing import a_kpi
from tests.kpis.forecasts.test_forecast import NOW, a_company
from tests.world import Cast, a_deal, a_lead, cast, day

pytestmark = pytest.mark.django_db
JULY = [{"period": "2024-07", "value": "12"}]


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(NOW, monkeypatch)
    people = cast()
    a_company()
    a_kpi(people, at=day(0), targets=JULY, milestones=[{"title": "Half way", "share": "0.5"}])
    return people


def client(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def test_the_page_tells_the_way(people: Cast) -> None:
    said = client(people.salesperson).get("/kpis/won-deals/journey/").content.decode()
    for words in (
        "Are we nearly there yet?",
        "We expect",
        "The castle: Half way",
        "What would help most",
        "How far to trust this",
    ):
        assert words in said
    assert KeptForecast.objects.count() == 1


def test_everybody_of_both_sides_can_ask_on_the_dashboard(people: Cast) -> None:
    for user in (people.marketer, people.salesperson, people.manager):
        said = client(user).get("/").content.decode()
        assert said.count("Are we nearly there yet?") == 1
        assert '<option value="won-deals">' in said
    asked = client(people.marketer).post("/kpis/ask/", {"kpi": "won-deals"}, follow=True)
    assert asked.redirect_chain == [("/kpis/won-deals/journey/", 302)]
    assert "We expect" in asked.content.decode()
    assert client(people.marketer).post("/kpis/ask/", {"kpi": "nothing"}).status_code == 404
    assert client(people.partner).post("/kpis/ask/", {"kpi": "won-deals"}).status_code == 404
    assert "Are we nearly there yet?" not in client(people.partner).get("/").content.decode()
    assert Press.objects.count() == 1


def test_who_asks_is_counted_once_a_minute(people: Cast) -> None:
    for _time in range(3):
        answer = client(people.marketer).post("/kpis/won-deals/journey/ask/", follow=True)
        assert "We expect" in answer.content.decode()
    client(people.salesperson).post("/kpis/won-deals/journey/ask/")
    assert Press.objects.count() == 2
    assert "Asked 2 times this week" in client(people.manager).get("/kpis/won-deals/journey/").content.decode()


def test_partners_and_outsiders_find_nothing(people: Cast) -> None:
    for user in (people.partner, people.outsider):
        assert client(user).get("/kpis/won-deals/journey/").status_code == 404
        assert client(user).post("/kpis/won-deals/journey/ask/").status_code == 404
    assert not Press.objects.exists()


def test_a_file_of_the_fan(people: Cast) -> None:
    answer = client(people.salesperson).get("/kpis/won-deals/journey/?format=csv")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    assert b"2024-07-31" in body


def test_the_forecast_of_the_day_is_made_once_and_scored_when_the_period_has_closed(people: Cast) -> None:
    assert keep_all(agreed_targets(NOW), NOW) == 1
    assert keep_all(agreed_targets(NOW), NOW + timedelta(hours=1)) == 0
    target = agreed_target("won-deals", NOW)
    assert kept_or_computed(target, None, NOW + timedelta(hours=2)).computed_at == NOW
    assert score_due(day(215)) == 0
    assert score_due(day(225)) == 1
    row = KeptForecast.objects.get()
    assert row.came == 6
    again = kept_or_computed(target, None, NOW + timedelta(hours=3))
    assert again.scored is not None
    assert again.scored.n == 1


def test_the_report_answers_for_a_kpi_and_for_any_metric(people: Cast) -> None:
    of_kpi = read({"kpi": ["won-deals"]}, people.salesperson, NOW)
    of_metric = read(
        {"metric": ["won_deals"], "target": ["12"], "start": ["2024-07-01"], "end": ["2024-08-01"]},
        people.salesperson,
        NOW,
    )
    assert of_kpi["target"] == of_metric["target"] == "12"
    assert of_kpi["value_now"] == of_metric["value_now"] == "6"
    assert of_metric["fan"][-1]["day"] == "2024-07-31"


def test_the_api_refuses_by_name(people: Cast) -> None:
    found = client(people.salesperson)
    answer = found.get("/api/v1/reports/forecast?metric=won_deals")
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"start", "end"}
    assert client(people.partner).get("/api/v1/reports/forecast?kpi=won-deals").status_code == 404


def wins(number: int) -> None:
    for one in range(number):
        lead = a_lead(f"new-{one}")
        a_deal(lead, status="won", opened_at=day(194), closed_at=day(195), system="t", external_id=f"new-{one}")


def test_facts_that_pass_the_forecast_make_it_anew(people: Cast) -> None:
    """Six of twelve; then nine more: what is reached is not expected to be lost, and is certain."""
    target = agreed_target("won-deals", NOW)
    assert kept_or_computed(target, None, NOW).value_now == 6
    wins(9)
    later = NOW + timedelta(minutes=1)
    told = kept_or_computed(agreed_target("won-deals", later), people.salesperson, later)
    assert told.value_now == 15
    assert told.chance == 1.0
    assert told.low is not None
    assert told.low >= 15
    assert told.next_milestone is None
    assert KeptForecast.objects.get().said["value_now"] == "15"
    assert keep_all(agreed_targets(later), later) == 0


def test_a_forecast_that_took_long_holds_while_the_value_stays_short_of_it(people: Cast) -> None:
    keep_all(agreed_targets(NOW), NOW)
    row, target = KeptForecast.objects.get(), agreed_target("won-deals", NOW)
    assert row.seconds > 0
    row.said["low"], row.said["high"] = 8.0, 11.0
    row.save()

    def holds(value: int, *, seconds: float, minutes: int) -> bool:
        KeptForecast.objects.update(seconds=seconds)
        asked = replace(target, so_far=Decimal(value))
        told = kept(asked, NOW + timedelta(minutes=minutes))
        assert told is None or told.value_now == value
        return told is not None

    assert holds(6, seconds=0.1, minutes=59)
    assert not holds(7, seconds=0.1, minutes=0)
    assert holds(7, seconds=12, minutes=20)
    assert holds(8, seconds=12, minutes=20)
    assert not holds(9, seconds=12, minutes=20)
    assert not holds(12, seconds=12, minutes=20)
    assert not holds(8, seconds=12, minutes=21)
    assert holds(8, seconds=90, minutes=60)
    assert not holds(8, seconds=90, minutes=61)
    row.said["low"] = 5.0
    row.save()
    assert holds(7, seconds=12, minutes=1)
    assert holds(11, seconds=12, minutes=1)
    assert not holds(5, seconds=12, minutes=1)
    assert not holds(12, seconds=12, minutes=1)


def test_a_forecast_is_made_anew_after_hours_and_after_another_target(people: Cast) -> None:
    keep_all(agreed_targets(NOW), NOW)
    target = agreed_target("won-deals", NOW)
    assert kept(target, NOW + timedelta(minutes=1)) is not None
    other = replace(target, value=Decimal(13))
    assert kept(other, NOW + timedelta(minutes=1)) is None
    KeptForecast.objects.update(computed_at=NOW - timedelta(hours=7))
    assert kept(target, NOW) is None
    assert kept_or_computed(target, None, NOW).computed_at == NOW
    assert KeptForecast.objects.get().computed_at == NOW


def test_report_command_scorecard_api_and_journey_tell_the_same(people: Cast) -> None:
    found = client(people.salesperson)
    found.get("/kpis/won-deals/journey/")
    of_command = compute({"kpi": ["won-deals"]}, NOW, False)
    of_api = found.get("/api/v1/reports/forecast?kpi=won-deals").json()
    of_scorecard = found.get("/api/v1/kpis/won-deals").json()
    assert of_command == of_api
    assert of_command["median"] == of_scorecard["forecast"]["median"]
    assert of_command["chance"] == of_scorecard["chance"]
    refresh(NOW)
    assert found.get("/api/v1/kpis/won-deals").json()["forecast"] == of_scorecard["forecast"]
    assert KeptForecast.objects.count() == 1


def test_a_page_that_only_shows_a_forecast_computes_none(people: Cast) -> None:
    said = client(people.salesperson).get("/kpis/won-deals/").content.decode()
    assert "it will be there in a minute" in said
    assert not KeptForecast.objects.exists()
    keep_all(agreed_targets(NOW), NOW)
    assert "We expect" in client(people.salesperson).get("/kpis/won-deals/").content.decode()

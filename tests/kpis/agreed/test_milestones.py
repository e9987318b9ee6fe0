"""Milestones are ticked off by the facts, at the instant of the crossing, told once, and never taken back in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alignment.outbox.models import Notice
from kpis.agreed.milestones import tick_off, with_facts
from kpis.agreed.models import MilestoneReached
from kpis.agreed.reading import find_kpi
from kpis.metrics.periods import period_of
from leads.models import Deal
from tests.kpis.agreed.agreeing import a_kpi
from tests.world import TIME_ZERO, Cast, a_deal, a_lead, cast, day

pytestmark = pytest.mark.django_db

HALF = [{"title": "Half way", "share": "0.5"}, {"title": "The castle", "share": "0.8"}]


@pytest.fixture
def people() -> Cast:
    people = cast()
    a_kpi(people, at=TIME_ZERO, milestones=HALF)
    return people


def won(*days: float) -> list[Deal]:
    return [
        a_deal(
            a_lead(f"of-{at}"),
            status="won",
            opened_at=day(at - 5),
            closed_at=day(at),
            external_id=f"d-{at}",
            system="test",
        )
        for at in days
    ]


def reached() -> dict[str, object]:
    return {one.title: one.reached_at for one in MilestoneReached.objects.all()}


def test_it_is_reached_at_the_instant_of_the_crossing(people: Cast) -> None:
    won(32, 33.25, 40)
    assert tick_off(day(45)) == 1
    assert reached() == {"Half way": day(33.25)}


def test_what_happened_at_one_instant_counts_at_once(people: Cast) -> None:
    won(35)
    for number in range(3):
        a_deal(
            a_lead(f"x-{number}"),
            status="won",
            opened_at=day(33),
            closed_at=day(36),
            external_id=f"x-{number}",
            system="t",
        )
    assert tick_off(day(45)) == 2
    assert reached() == {"Half way": day(36), "The castle": day(36)}


def test_wins_of_another_month_do_not_count(people: Cast) -> None:
    won(20, 25, 62, 63)
    assert tick_off(day(70)) == 0


def test_looking_twice_tells_once_and_everybody_of_both_sides(people: Cast) -> None:
    won(32, 33)
    assert [tick_off(day(34)), tick_off(day(34)), tick_off(day(35))] == [1, 0, 0]
    told = Notice.objects.filter(title__contains="Half way")
    assert set(told.values_list("user__email", flat=True)) == {
        "marketer@test.example", "marketing-lead@test.example", "salesperson@test.example", "sales-lead@test.example"
    }  # fmt: skip
    assert told.count() == 4


def test_what_later_data_takes_back_stays_and_says_so(people: Cast) -> None:
    deals = won(32, 33)
    tick_off(day(34))
    Deal.objects.filter(pk=deals[0].pk).update(status="lost")
    tick_off(day(35))
    [point, castle] = with_facts(find_kpi("won-deals", day(35)), period_of("2024-02"))
    assert (point.reached_at, point.taken_back_at, point.holds) == (day(33), day(35), False)
    assert castle.reached_at is None
    Deal.objects.filter(pk=deals[0].pk).update(status="won")
    tick_off(day(36))
    assert with_facts(find_kpi("won-deals", day(36)), period_of("2024-02"))[0].holds
    assert Notice.objects.filter(title__contains="Half way").count() == 4


def test_a_rate_reaches_it_when_the_period_is_over(people: Cast) -> None:
    a_kpi(
        people, "win-rate", at=TIME_ZERO, metric="win_rate", targets=[{"period": "2024-02", "value": "0.5"}],
        milestones=[{"title": "A third", "value": "0.33"}],
    )  # fmt: skip
    won(33)
    assert tick_off(day(40)) == 0
    assert tick_off(period_of("2024-02").until) == 1
    assert reached() == {"A third": period_of("2024-02").until}


def test_nothing_is_looked_at_long_after_the_period_was_closed(people: Cast) -> None:
    won(32, 33)
    assert tick_off(period_of("2024-02").until + timedelta(days=60)) == 0

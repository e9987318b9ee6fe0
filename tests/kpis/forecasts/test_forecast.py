"""What a forecast says of a company: where it is, where it ends, how sure, by when; the same all day, and to each what they see."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kpis.forecasts.answer import Forecast
from kpis.forecasts.service import forecast
from kpis.forecasts.target import Measured, Milestone, Target
from kpis.metrics.declaring import Better
from kpis.metrics.periods import period_of
from tests.world import Cast, a_deal, a_lead, cast, day

pytestmark = pytest.mark.django_db
NOW = day(195.5)  # 14 July 2024, noon


def a_company(*, weeks: int = 26, a_week: int = 4, until: float = 195.0) -> None:
    """So many deals opened a week, each decided twelve days later: three of four are won."""
    for number in range(weeks * a_week):
        opened = until - number * 7 / a_week
        closed = opened + 12
        lead = a_lead(f"l-{number}", source="web" if number % 2 else "fair")
        status = "open" if closed > until else "lost" if number % 4 == 0 else "won"
        ended = None if status == "open" else day(closed)
        a_deal(
            lead,
            status=status,
            amount="1000",
            system="t",
            external_id=f"d-{number}",
            opened_at=day(opened),
            closed_at=ended,
        )


def july(value: int | None = 10, metric: str = "won_deals", **more: object) -> Target:
    return Target(
        key="won", title="Won deals", over=Measured(metric), period=period_of("2024-07"),
        value=None if value is None else Decimal(value), **more,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def people() -> Cast:
    return cast()


def said(target: Target) -> Forecast:
    return forecast(target, None, NOW, runs=1000)


def test_it_says_where_the_month_ends(people: Cast) -> None:
    """Three wins a week; two weeks of July are over."""
    a_company()
    told = said(july(10))
    assert told.problem is None
    assert told.value_now == 6
    assert told.low is not None
    assert told.median is not None
    assert told.high is not None
    assert told.low <= told.median <= told.high
    assert 10 <= told.median <= 16
    assert (told.chance or 0) > 0.8
    assert told.expected_date is not None
    assert date(2024, 7, 15) <= told.expected_date <= date(2024, 7, 31)
    assert [lever.gain > 0 for lever in told.levers] == [True] * len(told.levers)
    assert told.levers
    assert told.fan[-1].day == date(2024, 7, 31)


def test_the_same_question_has_the_same_answer_all_day(people: Cast) -> None:
    a_company()
    assert said(july()) == said(july())
    other = said(july(metric="opportunities"))
    assert other.median != said(july()).median


def test_revenue_is_the_wins_with_what_they_are_worth(people: Cast) -> None:
    """All deals are worth a thousand, so the one forecast is a thousand times the other."""
    a_company()
    wins, revenue = said(july()), said(july(10_000, "won_revenue"))
    assert wins.median is not None
    assert revenue.median is not None
    assert abs(revenue.median / 1000 - wins.median) <= 1


def test_a_target_that_is_far_away_has_no_date(people: Cast) -> None:
    a_company()
    told = said(july(10_000))
    assert (told.chance, told.expected_date) == (0.0, None)


def test_what_is_reached_already_is_certain(people: Cast) -> None:
    a_company()
    told = said(july(3))
    assert told.chance == 1.0
    assert told.next_milestone is None


def test_the_next_point_on_the_way(people: Cast) -> None:
    a_company()
    castle = Milestone("The castle", Decimal(9))
    told = said(july(12, milestones=(Milestone("Half way", Decimal(6)), castle)))
    assert told.next_milestone == castle


def test_fewer_may_be_better(people: Cast) -> None:
    a_company()
    target = july(1, "lost_deals", direction=Better.DOWN)
    assert said(target).chance == 0.0
    assert (said(july(500, "lost_deals", direction=Better.DOWN)).chance or 0) > 0.99


def test_a_period_that_is_over_is_what_it_is(people: Cast) -> None:
    a_company()
    june = Target(key="won", title="", over=Measured("won_deals"), period=period_of("2024-06"), value=Decimal(5))
    told = forecast(june, None, NOW)
    assert told.ended
    assert told.median == told.low == told.high == float(told.value_now or -1)
    assert told.chance == 1.0


def test_too_little_history_is_said_in_a_sentence(people: Cast) -> None:
    a_company(weeks=2)
    told = said(july())
    assert told.median is None
    assert told.chance is None
    assert told.problem is not None
    assert "at least" in told.problem


def test_what_cannot_be_added_up_is_not_forecast(people: Cast) -> None:
    told = said(july(3, "sales_cycle"))
    assert told.median is None
    assert told.problem is not None
    assert "computed from a whole period" in told.problem


def test_a_ratio_is_drawn_with_both_parts(people: Cast) -> None:
    a_company()
    told = said(july(None, "win_rate"))
    assert told.problem is None
    assert told.median is not None
    assert 0.6 <= told.median <= 0.9
    assert told.chance is None


def test_what_happens_after_now_is_not_known(people: Cast) -> None:
    """A forecast made for a past day is the one that would have been made on it."""
    a_company(until=100)
    then = forecast(replace_period("2024-04"), None, day(100.5), runs=500)
    for number in range(50):
        a_deal(
            a_lead(f"later-{number}", created_at=day(101)), status="won", opened_at=day(101), closed_at=day(102), system="t",
            external_id=f"later-{number}",
        )  # fmt: skip
    assert forecast(replace_period("2024-04"), None, day(100.5), runs=500) == then


def replace_period(name: str) -> Target:
    return Target(key="won", title="", over=Measured("won_deals"), period=period_of(name), value=Decimal(10))


def test_a_partner_is_told_of_what_it_sees(people: Cast) -> None:
    """Nothing is theirs, so there is nothing to learn from."""
    a_company()
    told = forecast(july(), people.partner, NOW, runs=500)
    assert told.value_now == 0
    assert told.median is None
    assert NOW - timedelta(days=1) < told.computed_at


def test_a_filter_narrows_it(people: Cast) -> None:
    a_company()
    web = Target(
        key="web", title="", over=Measured("won_deals", (("source", "web"),)), period=period_of("2024-07"), value=Decimal(5)
    )  # fmt: skip
    narrowed, whole = said(web), said(july())
    assert narrowed.median is not None
    assert whole.median is not None
    assert narrowed.median < whole.median

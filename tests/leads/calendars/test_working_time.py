"""Working time: when so much of it has passed, how much lies between two instants, and whose calendar counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import DataError, connection, transaction

from alignment.agreements.kinds import Scope
from alignment.agreements.models import Version
from leads.calendars import laying_out
from leads.calendars.countries import public_holidays
from leads.calendars.models import WorkingSpan
from leads.calendars.terms import Calendar
from leads.calendars.working_time import calendar_of, next_opening, working_after, working_seconds
from tests import world
from tests.kpis.agreeing import agreed
from tests.leads.calendars.working import FIVE_DAYS, Windows, laid_in, nine_to_five, written
from tests.oracles.working_time import WorkingWeek
from tests.world import NOW, Cast, day

HOUR = 3600


@pytest.fixture
def people(db: None) -> Cast:
    return world.cast()


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def berlin(people: Cast) -> int:
    """Nine to five with an hour for lunch, in winter 8 to 16 UTC; 25 December is off."""
    return laid_in(nine_to_five("Europe/Berlin", date(2026, 12, 25)))


@pytest.mark.parametrize(
    ("start", "hours", "reached"),
    [
        ("2026-12-01T08:00", 1, "2026-12-01T09:00"),
        ("2026-12-01T08:00", 3, "2026-12-01T11:00"),  # the end of a window, not the beginning of the next
        ("2026-12-01T08:00", 3.5, "2026-12-01T12:30"),
        ("2026-12-01T05:00", 1, "2026-12-01T09:00"),  # before the opening
        ("2026-12-01T11:30", 1, "2026-12-01T13:00"),  # at lunch
        ("2026-12-01T16:00", 1, "2026-12-02T09:00"),  # just closed
        ("2026-12-04T15:00", 2, "2026-12-07T09:00"),  # over a weekend
        ("2026-12-24T15:00", 2, "2026-12-28T09:00"),  # over a holiday and a weekend
        ("2026-12-01T20:00", 0, "2026-12-01T20:00"),  # nothing has passed where it begins
        ("2026-12-01T09:00", -5, "2026-12-01T09:00"),
        ("2026-12-01T05:00", 0.000001 / HOUR, "2026-12-01T08:00:00.000001"),
    ],
)
def test_it_is_reached_when_so_much_has_passed(berlin: int, start: str, hours: float, reached: str) -> None:
    assert working_after(berlin, at(start), hours * HOUR) == at(reached)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2026-12-01T08:00", "2026-12-01T16:00", 7),
        ("2026-12-01T00:00", "2026-12-02T00:00", 7),
        ("2026-12-01T10:59", "2026-12-01T12:01", 2 / 60),
        ("2026-12-05T00:00", "2026-12-06T12:00", 0),
        ("2026-12-21T00:00", "2026-12-28T00:00", 28),
        ("2026-12-02T00:00", "2026-12-01T00:00", 0),
        ("2026-12-01T09:00", "2026-12-01T09:00", 0),
    ],
)
def test_working_time_between_two_instants(berlin: int, since: str, until: str, hours: float) -> None:
    assert working_seconds(berlin, at(since), at(until)) == hours * HOUR


def test_the_next_opening_is_now_while_people_work(berlin: int) -> None:
    assert next_opening(berlin, at("2026-12-01T08:00")) == at("2026-12-01T08:00")
    assert next_opening(berlin, at("2026-12-01T10:59:59")) == at("2026-12-01T10:59:59")
    assert next_opening(berlin, at("2026-12-01T11:00")) == at("2026-12-01T12:00")
    assert next_opening(berlin, at("2026-12-24T16:00")) == at("2026-12-28T08:00")


def test_without_a_calendar_every_second_counts(db: None) -> None:
    start = at("2026-03-28T12:00")
    assert working_after(None, start, 86_400.5) == start + timedelta(seconds=86_400.5)
    assert working_after(None, start, 0) == start
    assert working_seconds(None, start, start + timedelta(days=2, microseconds=3)) == 172_800.000003
    assert working_seconds(None, start, start - timedelta(days=2)) == 0
    assert next_opening(None, start) == start


@pytest.mark.parametrize(
    ("zone", "windows", "since", "until", "hours"),
    [
        # Berlin, 29 March 2026: 02:00 is 03:00; 25 October: 02:00 to 03:00 comes twice.
        ("Europe/Berlin", {6: [(0, 1440)]}, "2026-03-28T23:00", "2026-03-29T22:00", 23),
        ("Europe/Berlin", {6: [(60, 150)]}, "2026-03-28T23:00", "2026-03-29T22:00", 1),
        ("Europe/Berlin", {6: [(130, 170)]}, "2026-03-28T23:00", "2026-03-29T22:00", 0),
        ("Europe/Berlin", {6: [(0, 1440)]}, "2026-10-24T22:00", "2026-10-25T23:00", 25),
        ("Europe/Berlin", {6: [(60, 150)]}, "2026-10-24T22:00", "2026-10-25T23:00", 1.5),
        ("Europe/Berlin", {6: [(150, 240)]}, "2026-10-24T22:00", "2026-10-25T23:00", 2.5),
        # Lord Howe: half an hour, on 5 April 2026 back at 02:00 and on 4 October ahead.
        ("Australia/Lord_Howe", {6: [(0, 1440)]}, "2026-04-04T13:00", "2026-04-05T13:30", 24.5),
        ("Australia/Lord_Howe", {6: [(0, 1440)]}, "2026-10-03T13:30", "2026-10-04T13:00", 23.5),
        # Apia had no 30 December 2011, a Friday.
        ("Pacific/Apia", {4: [(0, 1440)]}, "2011-12-27T00:00", "2012-01-02T00:00", 0),
    ],
)  # fmt: skip
def test_nights_on_which_clocks_change_count_as_long_as_they_are(
    people: Cast, zone: str, windows: Any, since: str, until: str, hours: float
) -> None:
    calendar = laid_in(WorkingWeek(zone, windows))
    assert working_seconds(calendar, at(since), at(until)) == hours * HOUR


def test_windows_that_touch_are_one_span_over_midnight_and_weeks(people: Cast) -> None:
    always = laid_in(WorkingWeek("Europe/Berlin", {number: [(0, 720), (720, 1440)] for number in range(7)}))
    assert WorkingSpan.objects.filter(version=always).count() == 1
    night = laid_in(WorkingWeek("UTC", {0: [(1320, 1440)], 1: [(0, 360)]}), "side:marketing")
    assert working_after(night, at("2026-11-30T22:00"), 8 * HOUR) == at("2026-12-01T06:00")
    assert WorkingSpan.objects.filter(
        version=night, since=at("2026-11-30T22:00"), until=at("2026-12-01T06:00")
    ).exists()


def test_outside_the_years_laid_out_every_hour_counts(berlin: int) -> None:
    assert working_seconds(berlin, at("1999-01-01T00:00"), at("1999-01-02T00:00")) == 24 * HOUR
    assert working_seconds(berlin, at("2009-12-31T22:00"), at("2010-01-01T23:00")) == HOUR + 7 * HOUR
    assert working_after(berlin, at("2045-12-29T16:00"), HOUR) == at("2046-01-01T00:00")
    assert working_after(berlin, at("2199-12-31T00:00"), 36_500 * 24 * HOUR) > at("2290-01-01T00:00")


@pytest.mark.parametrize("moment", ["1898-12-31T23:00", "2501-01-01T00:00"])
def test_an_instant_beyond_all_reckoning_is_refused_by_name(berlin: int, moment: str) -> None:
    beyond = pytest.raises(DataError, match=f"no working time is known of calendar version {berlin} at")
    with beyond, transaction.atomic():
        working_after(berlin, at("2499-12-31T00:00") if moment > "2" else at(moment), 48 * HOUR)
    with pytest.raises(DataError, match="no working time is known"), transaction.atomic():
        working_after(berlin + 1_000_000, NOW, HOUR)


def test_what_is_not_known_is_not_counted(berlin: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leads_working_after(%s, NULL, 1), leads_working_after(%s, now(), NULL), "
            "leads_working_seconds(%s, NULL, now()), leads_working_seconds(%s, now(), NULL)", [berlin] * 4,
        )  # fmt: skip
        assert cursor.fetchone() == (None, None, None, None)


def test_the_calendar_is_the_persons_else_the_teams_else_the_sides(people: Cast) -> None:
    person, team = people.salesperson.pk, people.sales.pk
    asked: list[tuple[int | None, int | None, str | None]] = [
        (person, team, "sales"), (people.sales_lead.pk, team, "sales"), (None, None, "sales"), (None, None, "partner"),
        (None, None, "marketing"), (None, None, None), (person, None, None),
    ]  # fmt: skip

    def calendars(moment: datetime = NOW) -> list[int | None]:
        return [calendar_of(*who, moment) for who in asked]

    assert calendars() == [None] * 7
    side = laid_in(nine_to_five(), "side:sales")
    assert calendars() == [side, side, side, side, None, None, None]
    of_team = laid_in(nine_to_five(), f"team:{team}")
    assert calendars() == [of_team, of_team, side, side, None, None, None]
    own = laid_in(nine_to_five(), f"person:{person}")
    assert calendars() == [own, of_team, side, side, None, None, own]
    assert calendars(datetime(1, 1, 2, tzinfo=UTC)) == calendars()


def a_version(people: Cast, terms: object, at_: datetime) -> Version:
    return agreed(people, "calendar", terms, at=at_, key="side:sales")


def test_each_version_counts_by_its_own_hours_in_its_own_time(people: Cast) -> None:
    short = written(WorkingWeek("UTC", {0: [(540, 600)]}))
    long = written(WorkingWeek("UTC", {0: [(540, 1020)]}))
    first, second = a_version(people, short, day(10)), a_version(people, long, day(20))
    assert [calendar_of(None, None, "sales", day(n)) for n in (9, 10, 19, 20, 30)] == [
        None, first.pk, first.pk, second.pk, second.pk,
    ]  # fmt: skip
    week = day(0), day(7)
    assert (working_seconds(first.pk, *week), working_seconds(second.pk, *week)) == (HOUR, 8 * HOUR)


def test_public_holidays_of_a_country_and_of_its_parts_are_free(people: Cast) -> None:
    epiphany, holy_friday, monday = at("2026-01-06T00:00"), at("2026-04-03T00:00"), at("2026-04-13T00:00")
    for more, hours in (
        ({}, [7, 7, 7]),
        ({"country": "DE"}, [7, 0, 7]),
        ({"country": "DE", "subdivision": "BY"}, [0, 0, 7]),
        ({"country": "DE", "subdivision": "BY", "holidays": [{"date": "2026-04-13", "name": "Outing"}]}, [0, 0, 0]),
    ):
        calendar = laid_in(nine_to_five(), **more)
        found = [working_seconds(calendar, d, d + timedelta(days=1)) for d in (epiphany, holy_friday, monday)]
        assert found == [h * HOUR for h in hours], more
    assert date(2026, 7, 3) in public_holidays("US", None, range(2026, 2027)), "in lieu of a Saturday"
    assert date(2021, 12, 31) in public_holidays("US", None, range(2021, 2022)), "in lieu of the next year's first"


def test_a_signed_version_keeps_the_holidays_it_was_sealed_with(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    version = a_version(people, written(nine_to_five(), country="DE"), day(1))
    holy_friday = at("2026-04-03T00:00"), at("2026-04-04T00:00")
    WorkingSpan.objects.filter(version=version, since__gt=at("2026-04-01T00:00")).delete()
    terms = Calendar.model_validate(version.terms)
    laying_out.seal(version.pk, terms, Scope("side:sales", NOW))
    kept = WorkingSpan.objects.filter(version=version)
    assert kept.filter(since__gt=at("2026-04-01T00:00")).count() == 0, "sealing again laid it out anew"
    laying_out.lay_out(version.pk, terms)
    assert working_seconds(version.pk, *holy_friday) == 0
    assert kept.filter(since__gt=at("2026-04-01T00:00")).exists()


NIGHTS = {day: [(0, 150), (1320, 1440)] for day in range(7)}
"""Into the hours that clocks skip and repeat, and around midnight."""


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Havana", "Pacific/Apia", "Australia/Lord_Howe"])
@pytest.mark.parametrize("windows", [FIVE_DAYS, NIGHTS])
def test_calendars_agreed_before_there_were_spans_get_theirs(people: Cast, zone: str, windows: Windows) -> None:
    laid_in(WorkingWeek(zone, windows, frozenset({date(2024, 12, 25), date(2025, 3, 30)})))
    spans = list(WorkingSpan.objects.order_by("since").values_list("version", "since", "until", "before"))
    WorkingSpan.objects.all().delete()
    with connection.schema_editor() as editor:
        import_module("leads.migrations.0014_working_time").lay_out_what_was_agreed(apps, editor)
    assert list(WorkingSpan.objects.order_by("since").values_list("version", "since", "until", "before")) == spans


def test_counting_is_a_look_into_an_index(berlin: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_workingspan")
        for order, where in (("since", "since <= now()"), ("before", "before < 1000000000")):
            cursor.execute(
                f"EXPLAIN SELECT * FROM leads_workingspan WHERE version_id = {berlin} AND {where} ORDER BY {order} DESC LIMIT 1"
            )
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Index" in plan
            assert "Sort" not in plan

"""Calendars: what they may say, whose they are, and what they say in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alignment.agreements.drafts import start_draft
from alignment.agreements.kinds import find_kind
from alignment.agreements.models import Version
from alignment.agreements.terms import parse_terms
from alignment.refusals import Refused
from leads.calendars.kind import CALENDAR, KIND, key_error, title_of
from leads.calendars.sentences import difference, sentences
from leads.calendars.terms import WEEKDAYS, Calendar
from tests import world
from tests.world import NOW, Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return world.cast()


def windows(days: str, *spans: str) -> list[dict[str, str]]:
    """`windows("monday tuesday", "09:00-12:00")`."""
    return [
        {"day": day, "start": span.partition("-")[0], "end": span.partition("-")[2]}
        for day in days.split()
        for span in spans
    ]


def a_calendar(*, timezone: str = "Europe/Berlin", work: Any = None, holidays: Any = (), **more: Any) -> Calendar:
    work = windows("monday", "09:00-17:00") if work is None else work
    document = {"timezone": timezone, "windows": work, "holidays": list(holidays), **more}
    terms = parse_terms(KIND, document)
    assert isinstance(terms, Calendar)
    return terms


FIVE = "monday tuesday wednesday thursday friday"
CHRISTMAS = {"date": "2026-12-25", "name": "Christmas"}
MAY = {"date": "2026-05-01", "name": "Labour Day"}


def test_it_is_said_in_words_with_like_days_together() -> None:
    work = windows(FIVE, "13:00-17:00", "09:00-12:00") + windows("saturday", "10:00-14:00")
    assert sentences(a_calendar(work=work, holidays=[CHRISTMAS, MAY])) == [
        "Working time, in the time zone Europe/Berlin: Monday to Friday 09:00–12:00 and 13:00–17:00; Saturday 10:00–14:00.",
        "Nobody works on Sunday.",
        "Holidays: 1 May 2026 (Labour Day), 25 December 2026 (Christmas).",
    ]


def test_round_the_clock_leaves_no_day_off() -> None:
    said = sentences(a_calendar(timezone="UTC", work=windows(" ".join(WEEKDAYS), "00:00-24:00")))
    assert said == ["Working time, in the time zone UTC: Monday to Sunday 00:00–24:00."]


def test_days_off_are_named() -> None:
    assert sentences(a_calendar(work=windows("wednesday", "09:00-17:00")))[1] == (
        "Nobody works on Monday to Tuesday and Thursday to Sunday."
    )


def test_a_change_is_said_in_words() -> None:
    before = a_calendar(work=windows(FIVE, "09:00-17:00"), holidays=[CHRISTMAS, MAY])
    after = a_calendar(
        timezone="Europe/Paris",
        work=windows("monday tuesday wednesday thursday", "09:00-17:00") + windows("friday", "09:00-15:00"),
        holidays=[{"date": "2026-12-25", "name": "Noël"}, {"date": "2026-07-14", "name": "Fête nationale"}],
    )
    assert difference(before, after) == [
        "time zone Europe/Berlin → Europe/Paris",
        "Friday: 09:00–17:00 → 09:00–15:00",
        "no longer a holiday: 1 May 2026 (Labour Day)",
        "new holiday: 14 July 2026 (Fête nationale)",
        "holiday of 25 December 2026: Christmas → Noël",
    ]
    assert difference(before, before) == []
    assert difference(before, a_calendar(holidays=[CHRISTMAS, MAY])) == ["Tuesday to Friday: 09:00–17:00 → off"]


def test_public_holidays_are_said_and_so_is_a_change_of_them() -> None:
    work = windows(" ".join(WEEKDAYS), "09:00-17:00")
    none, germany = a_calendar(work=work), a_calendar(work=work, country="DE")
    bavaria = a_calendar(work=work, country="DE", subdivision="BY")
    assert sentences(bavaria)[1:] == [
        "Nobody works on public holidays of Germany (BY), as known when this takes effect."
    ]
    assert difference(none, germany) == ["public holidays: of no country → of Germany"]
    assert difference(germany, bavaria) == ["public holidays: of Germany → of Germany (BY)"]
    assert difference(bavaria, none) == ["public holidays: of Germany (BY) → of no country"]


def test_a_country_that_is_not_known_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refused, match=r"of these: AD, AE, AF.* DE, "):
        a_calendar(country="XX")
    with pytest.raises(Refused, match=r"DE has no such part .* there are: BB, BE, BW, BY"):
        a_calendar(country="DE", subdivision="CA")


def test_what_was_signed_before_countries_were_known_reads_unchanged() -> None:
    document = {"timezone": "UTC", "windows": windows("monday", "09:00-17:00"), "holidays": [CHRISTMAS]}
    terms = Calendar.model_validate_json(json.dumps(document))
    assert (terms.country, terms.subdivision, len(sentences(terms))) == (None, None, 3)


def test_the_order_in_which_it_is_written_says_nothing() -> None:
    work = windows(FIVE, "09:00-12:00", "12:00-17:00")
    assert a_calendar(work=work, holidays=[MAY, CHRISTMAS]) == a_calendar(work=work[::-1], holidays=[CHRISTMAS, MAY])


MINUTES = st.integers(0, 24 * 60)


def at(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    work = []
    for day in draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1)):
        edges = sorted(draw(st.sets(MINUTES, min_size=2, max_size=6)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        work += [{"day": day, "start": at(start), "end": at(end)} for start, end in pairs]
    days = draw(st.dictionaries(st.dates(), st.sampled_from("AB"), max_size=3))
    holidays = [{"date": str(day), "name": name} for day, name in days.items() if 1900 <= day.year <= 2199]
    country, part = draw(st.sampled_from([(None, None), ("DE", None), ("DE", "BY"), ("FR", None)]))
    zone = draw(st.sampled_from(["UTC", "Asia/Tokyo"]))
    return a_calendar(timezone=zone, work=work, holidays=holidays, country=country, subdivision=part)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(calendars(), calendars())
def test_two_that_differ_have_a_difference_in_words(before: Calendar, after: Calendar) -> None:
    assert (difference(before, after) == []) == (before == after)
    assert sentences(before)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone", "unknown_timezone"),
        ({"timezone": "../etc/passwd"}, "timezone", "unknown_timezone"),
        ({"timezone": 7}, "timezone", "invalid"),
        ({"windows": []}, "windows", "invalid"),
        ({"windows": windows("monday", "9:00-17:00")}, "windows.0.start", "invalid_time"),
        ({"windows": windows("monday", "24:00-24:00")}, "windows.0.start", "invalid_time"),
        ({"windows": windows("monday", "09:00-24:01")}, "windows.0.end", "invalid_time"),
        ({"windows": windows("monday", "09:00-25:00")}, "windows.0.end", "invalid_time"),
        ({"windows": windows("monday", "17:00-09:00")}, "windows.0", "ends_before_it_begins"),
        ({"windows": windows("monday", "09:00-09:00")}, "windows.0", "ends_before_it_begins"),
        ({"windows": windows("someday", "09:00-17:00")}, "windows.0.day", "invalid"),
        ({"windows": windows("monday", "09:00-13:00", "12:59-17:00")}, "windows", "overlap"),
        ({"windows": windows("monday", "09:00-17:00", "10:00-11:00", "16:00-18:00")}, "windows", "overlap"),
        ({"windows": windows("monday", "09:00-17:00") * 2}, "windows", "overlap"),
        ({"windows": windows("monday", *(f"{h:02}:{m:02}-{h:02}:{m + 1:02}" for h in range(24) for m in range(5)))},
         "windows", "invalid"),
        ({"windows": [{"day": "monday", "start": "09:00"}]}, "windows.0.end", "required"),
        ({"windows": [{"day": "monday", "start": "09:00", "end": "10:00", "x": 1}]}, "windows.0.x", "unknown_key"),
        ({"holidays": [CHRISTMAS, {"date": "2026-12-25", "name": "Again"}]}, "holidays", "holiday_twice"),
        ({"holidays": [{"date": "2026-02-30", "name": "Never"}]}, "holidays.0.date", "invalid"),
        ({"holidays": [{"date": "0001-01-01", "name": "Long ago"}]}, "holidays.0.date", "invalid_date"),
        ({"holidays": [{"date": "2026-12-25", "name": ""}]}, "holidays.0.name", "invalid"),
        ({"holidays": "none"}, "holidays", "invalid"),
        ({"country": "XX"}, "country", "unknown_country"),
        ({"country": "de"}, "country", "unknown_country"),
        ({"country": ""}, "country", "unknown_country"),
        ({"country": "DEU"}, "country", "invalid"),
        ({"subdivision": "BY"}, "terms", "country_needed"),
        ({"country": "DE", "subdivision": "CA"}, "terms", "unknown_subdivision"),
        ({"colour": "DE"}, "colour", "unknown_key"),
    ],
    ids=lambda value: str(value)[:50],
)  # fmt: skip
def test_what_is_wrong_is_named(change: dict[str, Any], field: str, code: str) -> None:
    document = {"timezone": "UTC", "windows": windows("monday", "09:00-17:00"), **change}
    with pytest.raises(Refused) as caught:
        parse_terms(KIND, document)
    assert [(error.field, error.code) for error in caught.value.errors] == [(field, code)]
    assert all(error.detail.endswith(".") for error in caught.value.errors)


def test_windows_may_touch_and_end_with_the_day() -> None:
    assert len(a_calendar(work=windows("monday", "00:00-12:00", "12:00-24:00")).windows) == 2


def test_it_is_of_somebody_there_is(cast: Cast) -> None:
    team, person = f"team:{cast.sales.pk}", f"person:{cast.marketer.pk}"
    for key in ("side:marketing", "side:sales", team, person):
        assert key_error(key) is None
    assert title_of("side:marketing") == "Working time of marketing"
    assert title_of(team) == "Working time of the team Sales"
    assert title_of(person) == "Working time of Marketer"
    wrong = ("side:partner", "side:", "team:0", "team:x", "team:99999999", f"team:{10**17}", "person:99999999",
             f"person:{'9' * 30}", "default", "", "team: 1", "team:1\n", "x\0")  # fmt: skip
    for key in wrong:
        assert key_error(key), key


def test_it_is_drafted_like_everything_else(cast: Cast) -> None:
    kind = find_kind(CALENDAR)
    assert kind.sides == ("marketing", "sales")
    for key in kind.keys():  # noqa: SIM118
        start_draft(CALENDAR, key, kind.starting(key).model_dump(mode="json"), author=cast.marketer, now=NOW)
    drafts = Version.objects.filter(agreement__kind=CALENDAR)
    assert drafts.count() == 2 + 4
    assert {version.terms["timezone"] for version in drafts} == {"UTC"}
    with pytest.raises(Refused, match="A calendar is of"):
        start_draft(CALENDAR, "default", {}, author=cast.marketer, now=NOW)

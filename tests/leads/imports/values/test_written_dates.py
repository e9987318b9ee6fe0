"""Dates as programs, spreadsheets and people of many countries write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from leads.imports.reading import Plain
from leads.imports.values.dates import ORDERS, instant_reader
from leads.imports.values.faults import BadValue
from tests.leads.imports.test_dates import orders_that_fit

BERLIN = ZoneInfo("Europe/Berlin")
THREE_PAST = datetime(2021, 4, 15, 0, 3, tzinfo=UTC)
MIDNIGHT = datetime(2021, 4, 15, tzinfo=UTC)


def read(text: str, order: str = "iso") -> datetime:
    return instant_reader(order, ZoneInfo("UTC"))(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15 Apr, 2021 00:03:00", THREE_PAST),
        ("Apr 15, 2021 12:03 AM", THREE_PAST),
        ("April 15th, 2021 at 12:03 a.m.", THREE_PAST),
        ("Thursday, April 15, 2021 12:03\u202fAM", THREE_PAST),
        ("15-Apr-2021 00:03", THREE_PAST),
        ("15/Apr/2021", MIDNIGHT),
        ("15-Apr-21", MIDNIGHT),
        ("2021-Apr-15", MIDNIGHT),
        ("15. April 2021, 00:03 Uhr", THREE_PAST),
        ("Donnerstag, 15. April 2021", MIDNIGHT),
        ("Do 15. Apr. 2021", MIDNIGHT),
        ("15 avril 2021 à 00h03", THREE_PAST),
        ("jeudi 15 avr. 2021", MIDNIGHT),
        ("15 de abril de 2021", MIDNIGHT),
        ("jueves, 15 de abril de 2021, 0:03", THREE_PAST),
        ("15 abr. 2021, 12:03 a. m.", THREE_PAST),
        ("15 aprile 2021", MIDNIGHT),
        ("quinta-feira, 15 de abril de 2021", MIDNIGHT),
        ("donderdag 15 april 2021", MIDNIGHT),
        ("1er mars 2021", datetime(2021, 3, 1, tzinfo=UTC)),
        ("15. März 2021", datetime(2021, 3, 15, tzinfo=UTC)),
        ("mar. 5 mars 2024", datetime(2024, 3, 5, tzinfo=UTC)),
        ("Mar 5, 2024", datetime(2024, 3, 5, tzinfo=UTC)),
        ("10 mei 2021", datetime(2021, 5, 10, tzinfo=UTC)),
        ("Thu, 15 Apr 2021 00:03:00 +0000", THREE_PAST),
        ("Thu, 15 Apr 2021 00:03:00 GMT", THREE_PAST),
        ("Thu Apr 15 2021 02:03:00 GMT+0200 (CEST)", THREE_PAST),
        ("Thu Apr 15 2021 02:03:00 GMT+0200 (Central European Summer Time)", THREE_PAST),
        ("Thu Apr 15 00:03:00 2021", THREE_PAST),
        ("Thu Apr 15 00:03:00 UTC 2021", THREE_PAST),
        ("Thu Apr 15 00:03:00 +0000 2021", THREE_PAST),
        ("20210415", MIDNIGHT),
        ("20210415T000300", THREE_PAST),
        ("20210415T000300Z", THREE_PAST),
        ("2021-04-15T00:03:00.000+0000", THREE_PAST),
        ("2021-04-15T02:03+02:00[Europe/Berlin]", THREE_PAST),
        ("2021-04-15 00:03:00 +0000 UTC", THREE_PAST),
        ("2021-04-15 02:03 CEST", THREE_PAST),
        ("2021-04-14 19:03:00-05", THREE_PAST),
        ("2021/04/15 12:03:00 AM", THREE_PAST),
        ("2021-04-14 24:00", MIDNIGHT),
        ("2021-04-15 3 PM", datetime(2021, 4, 15, 15, tzinfo=UTC)),
        ("2021-04-15 3:04pm", datetime(2021, 4, 15, 15, 4, tzinfo=UTC)),
        ("2021-04-15 15:04 PM", datetime(2021, 4, 15, 15, 4, tzinfo=UTC)),
        ("2021-04-15 12:00 p.m.", datetime(2021, 4, 15, 12, tzinfo=UTC)),
        ("2021-04-15 10:15:30,123456789", datetime(2021, 4, 15, 10, 15, 30, 123456, tzinfo=UTC)),
        ("44301", MIDNIGHT),
        ("44301.5", datetime(2021, 4, 15, 12, tzinfo=UTC)),
        ("44301,4270833333", datetime(2021, 4, 15, 10, 15, tzinfo=UTC)),
        ("1618444980", THREE_PAST),
        ("1618444980.25", datetime(2021, 4, 15, 0, 3, 0, 250000, tzinfo=UTC)),
        ("1618444980123", datetime(2021, 4, 15, 0, 3, 0, 123000, tzinfo=UTC)),
        ("\u200e15\u00a0Apr\u00a02021", MIDNIGHT),
    ],
)
def test_a_form_with_one_reading_is_read_in_every_order(text: str, expected: datetime) -> None:
    assert orders_that_fit(text) == ORDERS
    assert {read(text, order) for order in ORDERS} == {expected}


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("4/15/2021, 12:03:00 AM", "month-first", THREE_PAST),
        ("15.04.2021 00.03", "day-first", THREE_PAST),
        ("15. 4. 2021", "day-first", MIDNIGHT),
        ("15.04.21, 00:03 Uhr", "day-first", THREE_PAST),
        ("Thu 04/15/2021", "month-first", MIDNIGHT),
        ("21/04/15 00:03", "%y/%m/%d", THREE_PAST),
        ("21.04.15", "%y-%m-%d", MIDNIGHT),
        ("15/04/69", "day-first", datetime(1969, 4, 15, tzinfo=UTC)),
        ("15/04/68", "day-first", datetime(2068, 4, 15, tzinfo=UTC)),
    ],
)
def test_numbers_are_read_in_the_order_of_the_column(text: str, order: str, expected: datetime) -> None:
    assert read(text, order) == expected


def test_a_day_of_the_week_tells_day_from_month() -> None:
    assert orders_that_fit("Mon 04/03/2024") == ("day-first",)
    assert orders_that_fit("Wed 03/04/2024") == ("day-first",)
    assert orders_that_fit("Mon 03/04/2024") == ("month-first",)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("31/04/2024", "invalid_date", "there is no 31 April 2024: that month has 30 days"),
        ("2023-02-29", "invalid_date", "there is no 29 February 2023"),
        ("29 Feb 2023", "invalid_date", "there is no 29 February 2023"),
        ("Fri, 15 Apr 2021", "invalid_date", "another day of the week"),
        ("2024-01-03 10:00 EST", "ambiguous_zone", "“EST” has more than one meaning"),
        ("Thu, 15 Apr 2021 00:03:00 IST", "ambiguous_zone", "“IST” has more than one meaning"),
        ("Thu Apr 15 00:03:00 CST 2021", "ambiguous_zone", "“CST” has more than one meaning"),
        ("2024-01-03 10:00 +25:00", "invalid_date", "no distance from UTC"),
        ("2024-01-03 25:00", "invalid_date", "“25:00” is no time of day"),
        ("2024-01-03 24:01", "invalid_date", "“24:01” is no time of day"),
        ("2024-01-03 15:03 AM", "invalid_date", "is no time of day"),
        ("2021", "invalid_date", "is only a year"),
        ("#N/A", "spreadsheet_error", "a formula that failed"),
        ("Apr-21", "invalid_date", "is not a date"),
        ("0000-00-00", "invalid_date", "is not a date"),
        ("10:15", "invalid_date", "is not a date"),
        ("2024-01-03-05", "invalid_date", "is not a date"),
        ("2024-01-03/2024-01-05", "invalid_date", "is not a date"),
        ("2024-01-03x10:15", "invalid_date", "is not a date"),
        ("9999999999999", "date_out_of_range", "after 2199"),
        ("123456", "invalid_date", "is not a date"),
        ("x" * 5000, "invalid_date", "…” is not a date"),
    ],
)
def test_what_is_no_date_is_set_aside_with_a_sentence(text: str, code: str, words: str) -> None:
    with pytest.raises(BadValue) as bad:
        read(text, "day-first")
    assert bad.value.code == code
    assert words in bad.value.reason
    assert len(bad.value.reason) < 300


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024-03-04", datetime(2024, 3, 4, tzinfo=UTC)),
        ("2024-03-04T10:15:00", datetime(2024, 3, 4, 10, 15, tzinfo=UTC)),
        ("1", datetime(1900, 1, 1, tzinfo=UTC)),
        ("59", datetime(1900, 2, 28, tzinfo=UTC)),
        ("61", datetime(1900, 3, 1, tzinfo=UTC)),
        ("45292.4270833333", datetime(2024, 1, 1, 10, 15, tzinfo=UTC)),
        ("20240103", datetime(2024, 1, 3, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("order", [*ORDERS, "%d.%m.%Y"])
def test_typed_cells_of_a_workbook_have_one_reading(cell: str, order: str, expected: datetime) -> None:
    assert orders_that_fit(Plain(cell)) == ORDERS
    assert read(Plain(cell), order) == expected


@pytest.mark.parametrize("cell", ["60", "60.5", "2021", "0", "200000"])
def test_typed_numbers_that_are_no_day(cell: str) -> None:
    with pytest.raises(BadValue):
        read(Plain(cell))


def test_a_text_and_a_typed_cell_that_look_alike_are_told_apart() -> None:
    reader = instant_reader("day-first", BERLIN)
    assert reader(Plain("59")).year == 1900
    with pytest.raises(BadValue):
        reader("59")


def test_clocks_that_go_forward_and_back_are_read_in_every_form() -> None:
    reader = instant_reader("day-first", BERLIN)
    assert reader("31. März 2024 02:30") == datetime(2024, 3, 31, 1, tzinfo=UTC)
    assert reader("27/10/2024 2:30 AM") == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    assert reader("27/10/2024 2:30 CET") == datetime(2024, 10, 27, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2024-05-03 13.45", "2024-05-03T13.45", "20240503 13.45", "3 May 2024 13.45"])
def test_a_clock_with_a_dot_is_hours_and_minutes(text: str) -> None:
    assert read(text) == datetime(2024, 5, 3, 13, 45, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2024-05-03 13:45.5", "2024-05-03 13:45.50", "2024-05-03 13,45", "20240503 13,45"])
def test_only_seconds_have_fractions(text: str) -> None:
    with pytest.raises(BadValue):
        read(text)
    assert read("2024-05-03 13:45:10,5") == read("20240503T134510.5") == datetime(2024, 5, 3, 13, 45, 10, 500_000, UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-01 10:00 Europe/Berlin", datetime(2024, 5, 1, 8, tzinfo=UTC)),
        ("2024-01-01T10:00:00 America/Argentina/Salta", datetime(2024, 1, 1, 13, tzinfo=UTC)),
        ("2024-03-31 02:30 Europe/Berlin", datetime(2024, 3, 31, 1, tzinfo=UTC)),
        ("2021年4月15日", MIDNIGHT),
        ("2021年4月15日 00:03", THREE_PAST),
        ("2024-06-30T23:59:60Z", datetime(2024, 7, 1, tzinfo=UTC)),
        ("15/Apr/2021:02:03:00 +0200", THREE_PAST),
    ],
)
def test_forms_of_logs_and_of_other_places_are_read(text: str, expected: datetime) -> None:
    assert read(text) == expected


def test_a_place_that_no_zone_is_called_by_is_told() -> None:
    with pytest.raises(BadValue, match="Europe/Nowhere") as told:
        read("2024-05-01 10:00 Europe/Nowhere")
    assert told.value.code == "ambiguous_zone"

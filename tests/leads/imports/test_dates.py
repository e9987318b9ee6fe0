"""What instant does a date in a file mean?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from leads.imports.values.dates import ORDERS, day_reader, fit_of, instant_reader
from leads.imports.values.faults import BadValue

BERLIN, SAO_PAULO, IN_UTC = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Sao_Paulo"), ZoneInfo("UTC")


def orders_that_fit(text: str) -> tuple[str, ...]:
    """In which `text` is a date; none where it is not one at all."""
    fitting, _differing = fit_of(text)
    return tuple(order for order in ORDERS if order in fitting)


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("2024-03-04", ORDERS),
        ("2024/3/4", ORDERS),
        ("20240304", ORDERS),
        ("2024-03-04T10:15:00Z", ORDERS),
        ("03/04/2024", ("day-first", "month-first")),
        ("3.4.2024 10:15", ("day-first", "month-first")),
        ("25/06/2024", ("day-first",)),
        ("06-25-2024", ("month-first",)),
        ("29/02/2024", ("day-first",)),
        ("29/02/2023", ()),
        ("13/13/2024", ()),
        ("03/04/24", ("day-first", "month-first", "%y-%m-%d")),
        ("25/06/21", ("day-first", "%y-%m-%d")),
        ("3/4/24", ("day-first", "month-first")),
        ("31/12/99", ("day-first",)),
        ("12/31/99", ("month-first",)),
        ("99-12-31", ("%y-%m-%d",)),
        ("2024-13-01", ()),
        ("soon", ()),
        ("03/04/2024 25:00", ()),
        ("03/04-2024", ()),
    ],
)
def test_which_orders_fit(text: str, fitting: tuple[str, ...]) -> None:
    assert orders_that_fit(text) == fitting


@pytest.mark.parametrize(
    ("text", "order", "zone", "expected"),
    [
        ("2024-01-02", "iso", BERLIN, datetime(2024, 1, 1, 23, tzinfo=UTC)),
        ("2024-01-02 10:00:00+01:00", "iso", SAO_PAULO, datetime(2024, 1, 2, 9, tzinfo=UTC)),
        ("2024-01-02T10:00:00.123456Z", "iso", BERLIN, datetime(2024, 1, 2, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2024-01-02 10:00:00 UTC", "iso", BERLIN, datetime(2024, 1, 2, 10, tzinfo=UTC)),
        ("03/04/2024", "day-first", IN_UTC, datetime(2024, 4, 3, tzinfo=UTC)),
        ("03/04/2024", "month-first", IN_UTC, datetime(2024, 3, 4, tzinfo=UTC)),
        ("03/04/2024 12:30 am", "month-first", IN_UTC, datetime(2024, 3, 4, 0, 30, tzinfo=UTC)),
        ("03/04/2024, 12:30 p.m.", "month-first", IN_UTC, datetime(2024, 3, 4, 12, 30, tzinfo=UTC)),
        ("03/04/2024 10:15:30.5+02:00", "day-first", IN_UTC, datetime(2024, 4, 3, 8, 15, 30, 500000, tzinfo=UTC)),
        ("03/04/24 10h15", "%d/%m/%y %Hh%M", IN_UTC, datetime(2024, 4, 3, 10, 15, tzinfo=UTC)),
        # This local time does not exist: the first instant after the gap.
        ("2024-03-31 02:30:00", "iso", BERLIN, datetime(2024, 3, 31, 1, tzinfo=UTC)),
        ("2017-10-15", "iso", SAO_PAULO, datetime(2017, 10, 15, 3, tzinfo=UTC)),
        # These exist twice: the first of the two.
        ("2024-10-27 02:30:00", "iso", BERLIN, datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        ("2018-02-17 23:30:00", "iso", SAO_PAULO, datetime(2018, 2, 18, 1, 30, tzinfo=UTC)),
    ],
)
def test_the_instant_of_a_date(text: str, order: str, zone: ZoneInfo, expected: datetime) -> None:
    assert instant_reader(order, zone)(text) == expected


@pytest.mark.parametrize(
    ("text", "order", "code"),
    [
        ("03/04/2024", "iso", "invalid_date"),
        ("25/06/2024", "month-first", "invalid_date"),
        ("2024-01-02", "%d/%m/%Y", "invalid_date"),
        ("1899-12-31", "iso", "date_out_of_range"),
        ("2200-01-01", "iso", "date_out_of_range"),
        ("0001-01-01T00:00:00+14:00", "iso", "date_out_of_range"),
    ],
)
def test_what_cannot_be_a_date(text: str, order: str, code: str) -> None:
    with pytest.raises(BadValue) as bad:
        instant_reader(order, BERLIN)(text)
    assert bad.value.code == code


def test_the_earliest_and_the_latest_day() -> None:
    read = instant_reader("iso", IN_UTC)
    assert [read("1900-01-01").year, read("2199-12-31").year] == [1900, 2199]


def test_a_day_is_that_of_the_zone() -> None:
    assert day_reader("iso", BERLIN)("2024-01-01T23:30:00Z") == date(2024, 1, 2)
    assert day_reader("iso", BERLIN)("2024-01-01 23:30") == date(2024, 1, 1)

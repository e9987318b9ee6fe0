"""Local times that do not exist, exist twice, or are as usual."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from alignment.timezones import instant, of_our_time, start_of_day

SAO_PAULO, BERLIN, LORD_HOWE = ZoneInfo("America/Sao_Paulo"), ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        (datetime(2024, 7, 1, 12), BERLIN, datetime(2024, 7, 1, 10, tzinfo=UTC)),
        (datetime(2024, 3, 31, 2, 30), BERLIN, datetime(2024, 3, 31, 1, tzinfo=UTC)),
        (datetime(2024, 3, 31, 2, 0), BERLIN, datetime(2024, 3, 31, 1, tzinfo=UTC)),
        (datetime(2024, 3, 31, 3, 0), BERLIN, datetime(2024, 3, 31, 1, tzinfo=UTC)),
        (datetime(2024, 10, 27, 2, 30), BERLIN, datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        (datetime(2024, 10, 6, 2, 15), LORD_HOWE, datetime(2024, 10, 5, 15, 30, tzinfo=UTC)),
        (datetime(2017, 10, 15, 0, 0), SAO_PAULO, datetime(2017, 10, 15, 3, tzinfo=UTC)),
        (datetime(2018, 2, 17, 23, 30), SAO_PAULO, datetime(2018, 2, 18, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_local_time_becomes_one_instant(local: datetime, zone: ZoneInfo, expected: datetime) -> None:
    assert instant(local, zone) == expected


def test_a_day_without_midnight_begins_after_the_gap() -> None:
    assert start_of_day(date(2017, 10, 15), SAO_PAULO) == datetime(2017, 10, 15, 3, tzinfo=UTC)


@pytest.mark.parametrize("when", [date(1900, 1, 1), date(2199, 12, 31), datetime(2199, 12, 31, 23, 59, tzinfo=UTC)])
def test_years_from_1900_to_2199_are_of_our_time(when: date) -> None:
    assert of_our_time(when) is when


@pytest.mark.parametrize("when", [date.min, date(1899, 12, 31), date(2200, 1, 1), datetime.max.replace(tzinfo=UTC)])
def test_years_before_and_after_are_not(when: date) -> None:
    with pytest.raises(ValueError, match="1900 to 2199"):
        of_our_time(when)

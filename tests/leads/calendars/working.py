"""Calendars for the tests: as a document that is agreed on, and as what the oracle walks through."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from alignment.agreements.laying_in import lay_in
from leads.calendars.terms import WEEKDAYS
from tests.oracles.working_time import WorkingWeek
from tests.world import NOW

Windows = Mapping[int, list[tuple[int, int]]]
FIVE_DAYS: Windows = {day: [(9 * 60, 12 * 60), (13 * 60, 17 * 60)] for day in range(5)}


def written(week: WorkingWeek, **more: Any) -> dict[str, Any]:
    """The same week as a document of terms."""
    windows = [
        {"day": WEEKDAYS[day], "start": clock(start), "end": clock(end)}
        for day, spans in week.windows.items()
        for start, end in spans
    ]
    holidays = [{"date": day.isoformat(), "name": "A day off"} for day in sorted(week.days_off)]
    return {"timezone": week.zone, "windows": windows, "holidays": holidays, **more}


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def laid_in(week: WorkingWeek, key: str = "side:sales", **more: Any) -> int:
    """The calendar holds from the beginning of time; its id."""
    return lay_in("calendar", key, written(week, **more), now=NOW).pk


def nine_to_five(zone: str = "Europe/Berlin", *days_off: date) -> WorkingWeek:
    """Monday to Friday, 9 to 12 and 13 to 17."""
    return WorkingWeek(zone, FIVE_DAYS, frozenset(days_off))

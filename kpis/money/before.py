"""Which period is the one before? As many whole months before whole months, else as many days before so many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from alignment.timezones import FIRST_YEAR, start_of_day
from kpis.reports.params import ReportParams


def period_before(params: ReportParams) -> ReportParams | None:
    """The same question of the period that ends where this one begins; None where there is none that dates can name."""
    first, end = (_whole_day(moment, params) for moment in (params.start, params.end))
    if params.start >= params.end:
        return None
    if first is None or end is None:
        span = params.end - params.start
        begin = params.start - span
        return _of(params, begin, begin.isoformat()) if begin.year > FIRST_YEAR else None
    if first.year <= FIRST_YEAR or (end - first).days > (first - date(FIRST_YEAR, 1, 1)).days:
        return None
    day = _months_before(first, end) or first - (end - first)
    return _of(params, start_of_day(day, params.zone), day.isoformat())


def _of(params: ReportParams, start: datetime, text: str) -> ReportParams:
    return replace(params, start=start, start_text=text, end=params.start, end_text=params.start_text)


def _whole_day(moment: datetime, params: ReportParams) -> date | None:
    day = moment.astimezone(params.zone).date()
    return day if start_of_day(day, params.zone) == moment else None


def _months_before(first: date, end: date) -> date | None:
    if first.day != 1 or end.day != 1:
        return None
    months = (end.year - first.year) * 12 + end.month - first.month
    year, month = divmod(first.year * 12 + first.month - 1 - months, 12)
    return date(year, month + 1, 1)

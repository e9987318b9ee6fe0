"""Which questions about a funnel do the cells answer, and what do they say? Counts at once, for any year; times are not in them.

Asked by the dashboard and whatever shows counts and rates without times. The answer is as of `kpis.cells.counted_at`, also while
leads wait; reports with times take their counts from here only while nobody waits, and else from what is kept of each lead, which is
always as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from alignment.people.selectors import Somebody, reporting_zone
from alignment.timezones import start_of_day
from kpis import cells
from kpis.queries.cells import BY_MONTH
from kpis.reports.cuts import PERIODS
from kpis.reports.kept import reads_kept
from kpis.reports.params import DEFAULT_WINDOW_DAYS, ReportParams
from kpis.reports.queries.counted import Span, any_dated_later, read_counted
from kpis.reports.queries.funnel import GroupFigures, nobody
from leads.lifecycle.waiting import nobody_waits
from leads.records.visibility import sight_of

DAY = timedelta(days=1)


def counted_funnel(params: ReportParams, user: Somebody | None) -> list[GroupFigures] | None:
    """The groups with a lead in the cohort, unsorted, without times (None throughout); None where cells do not answer the question.

    They answer for whole days of the reporting zone, any start stage, as it is now, who sees everything, the usual window, cut by
    nothing, by one of month, week and `BY_MONTH`, or by month and one of `BY_MONTH`; and of leads with one value of one of `BY_MONTH`,
    then cut by nothing, by month or by that.
    """
    if not _is_answered(params, user):
        return None
    where = next(iter(params.where), None)
    cut = where[0] if where else next((name for name in params.by if name in BY_MONTH), "")
    first, end = (moment.astimezone(params.zone).date() for moment in (params.start, params.end))
    matured = params.as_of - params.window
    pieces = list((_by_month if cut else _by_day)(first, end, matured.astimezone(params.zone).date()))
    found = read_counted(
        by=params.by, where=where, cut=cut, start=params.stages.ordinal(params.start_stage), stages=len(params.stages.forward),
        cells=[piece for piece in pieces if piece.mature is not None],
        places=[piece for piece in pieces if piece.mature is None], matured=matured,
    )  # fmt: skip
    return found or ([] if params.by else [nobody(params)])


def is_exact(params: ReportParams) -> bool:
    """Whether what is counted beforehand is what leads say at `as_of`: nobody waits, and no change is dated later."""
    return nobody_waits() and not any_dated_later(params.as_of)


def _is_answered(params: ReportParams, user: Somebody | None) -> bool:
    return (
        len(params.where) <= 1
        and (len(params.by) <= 1 or ("month" in params.by and len(params.by) == 2))
        and set(params.by) <= {*PERIODS, *BY_MONTH}
        and params.by not in (("month", "week"), ("week", "month"))
        and all(cut in BY_MONTH and set(params.by) <= {"month", cut} for cut, _value in params.where)
        and params.window_days == DEFAULT_WINDOW_DAYS
        and are_placed(params, user)
    )


def are_placed(params: ReportParams, user: Somebody | None) -> bool:
    """Whether the leads of these whole days are kept by where they stood when they came in (`kpis_cohortplace`), as it is now."""
    whole_days = all(
        start_of_day(m.astimezone(params.zone).date(), params.zone) == m for m in (params.start, params.end)
    )
    return (
        params.zone == reporting_zone()
        and (params.known_at, params.system) == (None, None)
        and params.as_of == params.computed_at
        and whole_days
        and sight_of(user).everything
        and cells.counted_at() is not None
        and reads_kept(params.stages, params.known_at)
    )


def _by_day(first: date, end: date, matures: date) -> Iterator[Span]:
    """Mature days, the day on which each lead decides, and those that are not mature yet."""
    yield Span(first, min(matures, end), mature=True)
    yield Span(max(first, matures), min(matures + DAY, end), mature=None)
    yield Span(max(first, matures + DAY), end, mature=False)


def _by_month(first: date, end: date, matures: date) -> Iterator[Span]:
    """Whole months of which all leads are mature, or none; of the others each lead decides."""
    since = first
    while since < end:
        next_month = (since.replace(day=1) + 31 * DAY).replace(day=1)
        until = min(next_month, end)
        whole = since.day == 1 and until == next_month and not since <= matures < until
        yield Span(since, until, mature=until <= matures if whole else None)
        since = until

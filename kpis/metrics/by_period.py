"""What was a metric in each period of a span? For pages, API and files: every period has its row, quiet ones too.

Periods are whole ones: those that the question's days touch. What is kept answers where it can (`kpis.metrics.kept`), else lines are
added up live.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from alignment.people.selectors import Somebody, reporting_zone
from alignment.refusals import FieldError, Refused
from kpis.metrics.computing import GRAINS
from kpis.metrics.declaring import Group, Value
from kpis.metrics.evaluating import evaluate, in_period
from kpis.metrics.kept.models import CUTS
from kpis.metrics.kept.reading import KeptValue, is_fresh, read
from kpis.metrics.periods import Grain, Period, between
from kpis.reports.params import DEFAULT_WINDOW_DAYS, ReportParams
from leads.records.visibility import sight_of

MOST = 400
LIVE, KEPT = "live", "kept"


@dataclass(frozen=True)
class InPeriod:
    """The values of one period, by group. `revisions` counts what changed in it after it had closed, where that is known."""

    period: Period
    groups: Mapping[Group, Value]
    closed: bool
    revisions: int = 0


@dataclass(frozen=True)
class Answer:
    """Values by period, in order; `source` says whether they are kept or were read live, `computed_at` when."""

    periods: Sequence[InPeriod]
    source: str
    computed_at: datetime

    @property
    def groups(self) -> list[Group]:
        """Every group that has a value in some period, in order, "(none)" last."""
        found = {group for one in self.periods for group in one.groups}
        return sorted(found, key=lambda group: tuple((value is None, value or "") for value in group))


def read_grain(text: str | None) -> Grain | None:
    """The grain of that name; None where none is asked for."""
    if not text:
        return None
    try:
        return Grain(text)
    except ValueError as error:
        detail = f"“{text}” is not a grain; there are {', '.join(Grain)}."
        raise Refused("invalid_options", detail, [FieldError("grain", "unknown_grain", detail)]) from error


def periods_of(params: ReportParams, grain: Grain) -> Sequence[Period]:
    """The periods that the question's days touch."""
    first, end = _days(params)
    if (end - first).days > MOST * {Grain.DAY: 1, Grain.WEEK: 7}.get(grain, 31):
        raise _too_many()
    return between(grain, first, end, params.zone)


def values_by_period(key: str, params: ReportParams, user: Somebody | None, *, grain: Grain, windowed: bool) -> Answer:
    """The metric in each of these periods; those to come have no values."""
    periods = periods_of(params, grain)
    if kept := _kept(key, params, user, grain, periods):
        return kept
    begun = [period for period in periods if period.since <= params.as_of]
    found = (
        _at_once(key, params, user, begun, grain) if grain in GRAINS.values() else _one_by_one(key, params, user, begun)
    )
    return Answer(
        [InPeriod(one, found.get(one.name, {}), _is_closed(one, windowed, params)) for one in periods],
        LIVE,
        params.computed_at,
    )


def _kept(
    key: str, params: ReportParams, user: Somebody | None, grain: Grain, periods: Sequence[Period]
) -> Answer | None:
    """What is kept, where it says what the logs say: of everything, known now, by days of the reporting zone and by one cut at most."""
    plain = (
        not params.where and params.system is None and params.known_at is None and params.as_of == params.computed_at
    )
    usual = params.window_days == DEFAULT_WINDOW_DAYS and params.zone == reporting_zone() and sight_of(user).everything
    cut = params.by[0] if params.by else None
    if not (plain and usual and periods and can_be_kept(grain, params.by) and is_fresh(key, params.computed_at)):
        return None
    found: dict[str, list[KeptValue]] = {period.name: [] for period in periods}
    for value in read(key, grain, periods[0].first_day, periods[-1].end_day, cut, now=params.computed_at):
        found[value.period.name].append(value)
    oldest = min(
        (one.computed_at for row in found.values() for one in row if one.computed_at), default=params.computed_at
    )
    return Answer([_kept_period(period, found[period.name], bool(cut)) for period in periods], KEPT, oldest)


def can_be_kept(grain: Grain, by: Sequence[str]) -> bool:
    """Whether such values are kept at all: of every grain uncut, of weeks and months by one of four cuts."""
    return not by or (len(by) == 1 and by[0] in CUTS and grain in GRAINS.values())


def _kept_period(period: Period, values: Sequence[KeptValue], is_cut: bool) -> InPeriod:
    return InPeriod(
        period=period,
        groups={
            (one.group,) if is_cut else (): Value(
                one.value, n=one.n, over=one.over, under=one.under, low=one.low, high=one.high, problem=one.problem
            )
            for one in values
        },
        closed=any(one.closed for one in values),
        revisions=sum(len(one.revisions) for one in values),
    )


def _at_once(
    key: str, params: ReportParams, user: Somebody | None, periods: Sequence[Period], grain: Grain
) -> dict[str, dict[Group, Value]]:
    """One statement a family, cut by the period; a period without a line is filled with what nothing comes to."""
    if not periods:
        return {}
    cut = next(name for name, one in GRAINS.items() if one is grain)
    span = replace(params, start=periods[0].since, end=periods[-1].until, by=(cut, *params.by))
    found: dict[str, dict[Group, Value]] = {period.name: {} for period in periods}
    for (name, *group), values in evaluate([key], span, user).items():
        if name in found:
            found[name][tuple(group)] = values[key]
    if not params.by:
        quiet = [period for period in periods if not found[period.name]]
        nothing = evaluate([key], replace(in_period(params, quiet[0]), end=quiet[0].since), user) if quiet else {}
        for period in quiet:
            found[period.name] = {group: values[key] for group, values in nothing.items()}
    return found


def _one_by_one(
    key: str, params: ReportParams, user: Somebody | None, periods: Sequence[Period]
) -> dict[str, dict[Group, Value]]:
    return {
        period.name: {group: values[key] for group, values in evaluate([key], in_period(params, period), user).items()}
        for period in periods
    }


def _is_closed(period: Period, windowed: bool, params: ReportParams) -> bool:
    return period.closes_at(windowed, params.window_days) <= params.as_of


def _days(params: ReportParams) -> tuple[date, date]:
    last = max(params.start, params.end - timedelta.resolution)
    first, end = (moment.astimezone(params.zone).date() for moment in (params.start, last))
    return first, end + timedelta(days=1)


def _too_many() -> Refused:
    detail = f"That are more than {MOST} periods; ask for fewer days, or for longer periods."
    return Refused("invalid_options", detail, [FieldError("grain", "too_many_periods", detail)])

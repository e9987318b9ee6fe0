"""The report `forecast`: of an agreed KPI, or of any metric and target; for command and API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from alignment.agreements.entitlement import may_read
from alignment.people.selectors import Somebody, reporting_currency
from alignment.refusals import FieldError, Refused
from kpis.forecasts.agreed import agreed_target
from kpis.forecasts.answer import Forecast
from kpis.forecasts.keeping import kept_or_computed
from kpis.forecasts.service import forecast
from kpis.forecasts.target import Measured, Target, span
from kpis.forecasts.writing import document_of
from kpis.metrics.catalogue import find
from kpis.metrics.declaring import Better, Unit
from kpis.reports.params import OptionReader, rfc3339
from leads.funnel.stage_sets import stage_set

OPTIONS = ("kpi", "metric", "target", "start", "end", "where", "as_of")
FARTHEST = Decimal(10) ** 15


def read(options: Mapping[str, Sequence[str]], user: Somebody | None, now: datetime) -> dict[str, Any]:
    """Of a KPI what was said today; of a metric the forecast of what this person sees. Agreed KPIs are between both sides."""
    target, at, agreed = read_target(options, now)
    if agreed and user is not None and not may_read(user):
        raise Refused("unknown_kpi", f"No KPI “{target.key}” is in force.", status=404)
    return document(target, _told(target, user, at, now, agreed=agreed))


def compute(options: Mapping[str, Sequence[str]], now: datetime, _anew: bool) -> dict[str, Any]:
    """The same for the command."""
    target, at, agreed = read_target(options, now)
    return document(target, _told(target, None, at, now, agreed=agreed))


def _told(target: Target, user: Somebody | None, at: datetime, now: datetime, *, agreed: bool) -> Forecast:
    """Of agreed KPIs what everybody is told now; anything else, and what would have been said then, is computed."""
    if agreed and at == now:
        return kept_or_computed(target, user, now)
    return forecast(replace(target, so_far=None), user, at)


def read_target(options: Mapping[str, Sequence[str]], now: datetime) -> tuple[Target, datetime, bool]:
    """What is asked, as of when, and whether it is an agreed KPI; `Refused` naming all that is wrong."""
    reader = OptionReader(options)
    for unknown in sorted(set(options) - set(OPTIONS)):
        reader.wrong(unknown, "unknown_option", f"“{unknown}” is not an option; there are {', '.join(OPTIONS)}.")
    at = reader.moment("as_of", reader.zone(), now) or now
    key, metric = reader.one("kpi"), reader.one("metric")
    if (key is None) == (metric is None):
        reader.wrong("kpi", "required", "Name an agreed KPI with kpi, or a metric with metric, start and end.")
    if at > now:
        reader.wrong("as_of", "invalid_date", "A forecast is made from what has happened: as_of cannot lie ahead.")
    wanted = _target_of_metric(reader, metric, at) if metric and not key else None
    _refuse(reader)
    if wanted is not None:
        found = find(wanted.over.metric, stage_set(at=at))
        return replace(wanted, title=found.title, unit=found.unit, direction=_direction(found.better)), at, False
    return agreed_target(str(key), at), at, True


def _target_of_metric(reader: OptionReader, metric: str, at: datetime) -> Target | None:
    zone = reader.zone()
    for name in ("start", "end"):
        if reader.one(name) is None:
            reader.wrong(name, "required", f"{name} is needed, a date such as 2024-01-31.")
    start, end = (reader.moment(name, zone, at) or at for name in ("start", "end"))
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    if not reader.errors and not 0 < (last - first).days <= 366:
        reader.wrong("end", "before_start", "A period has at least one day, and at most 366.")
    goal = None
    if (text := reader.one("target")) is not None:
        goal = _number(text)
        if goal is None:
            reader.wrong("target", "invalid_number", f"“{text}” is not a number.")
    where = reader.conditions()
    if reader.errors:
        return None
    return Target(
        key=f"metric:{metric}", title=metric, over=Measured(metric, where), period=span(first, last), value=goal
    )


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= FARTHEST else None


def _direction(better: Better) -> Better:
    return Better.DOWN if better is Better.DOWN else Better.UP


def _refuse(reader: OptionReader) -> None:
    if reader.errors:
        detail = " ".join(error.detail for error in reader.errors)
        raise Refused("invalid_options", detail, list[FieldError](reader.errors))


def document(target: Target, told: Forecast) -> dict[str, Any]:
    """The answer as JSON."""
    scored = told.scored
    return {
        "key": target.key,
        "title": target.title,
        "metric": target.over.metric,
        "start": f"{target.period.first_day}",
        "end": f"{target.period.end_day}",
        "target": None if target.value is None else f"{target.value:f}",
        "direction": target.direction.value,
        "unit": target.unit.value,
        "currency": reporting_currency() if target.unit is Unit.MONEY else None,
        **document_of(told),
        "computed_at": rfc3339(told.computed_at),
        "calibration": scored
        and {
            "forecasts": scored.n,
            "held": scored.held,
            "origins": scored.origins,
            "pinball": scored.loss,
            "pinball_straight_line": scored.straight_loss,
        },
    }

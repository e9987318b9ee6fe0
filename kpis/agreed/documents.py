"""KPIs as JSON: what the report `scorecard` and the API give. docs/api.md tells every name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from alignment.people.selectors import Somebody
from alignment.refusals import FieldError, Refused
from alignment.timezones import of_our_time
from kpis.agreed.milestones import Point
from kpis.agreed.reading import InPeriod
from kpis.agreed.scorecard import Row, scorecard
from kpis.metrics.declaring import Unit
from kpis.reports.params import OptionReader, rfc3339

OPTIONS = ("as_of", "side")
SIDES = ("marketing", "sales")


def read_options(options: Mapping[str, Sequence[str]], now: datetime) -> tuple[datetime, str]:
    """The instant and the side (empty: both) that are asked for; `Refused` naming all that is wrong."""
    reader = OptionReader(options)
    for unknown in sorted(set(options) - set(OPTIONS)):
        reader.wrong(unknown, "unknown_option", f"“{unknown}” is not an option; there are {', '.join(OPTIONS)}.")
    at = reader.moment("as_of", reader.zone(), now) or now
    side = reader.one("side") or ""
    if side and side not in SIDES:
        reader.wrong("side", "unknown_side", f"A KPI is answered for by {' or '.join(SIDES)}, not “{side}”.")
    if reader.errors:
        raise Refused(
            "invalid_options", " ".join(error.detail for error in reader.errors), list[FieldError](reader.errors)
        )
    return of_our_time(at), side


def scorecard_document(options: Mapping[str, Sequence[str]], user: Somebody | None, now: datetime) -> dict[str, Any]:
    """The scorecard, as it is at the instant asked."""
    at, side = read_options(options, now)
    rows = scorecard(now=at, user=user, side=side)
    return {
        "as_of": rfc3339(at),
        "computed_at": rfc3339(now),
        "side": side or None,
        "kpis": [document(row) for row in rows],
    }


def document(row: Row) -> dict[str, Any]:
    """One KPI."""
    kpi, now, unit = row.kpi, row.now, row.kpi.unit
    following = row.next_point
    return {
        "key": kpi.key,
        "title": kpi.terms.title,
        "side": kpi.terms.side,
        "owner": kpi.terms.owner or None,
        "unit": unit.value,
        "direction": kpi.terms.direction,
        "grain": kpi.terms.grain,
        "version": kpi.number,
        "bonus": kpi.terms.bonus,
        **in_period(now, unit, row.currency),
        "chance": row.ahead.chance,
        "forecast": {
            "median": row.ahead.median,
            "low": row.ahead.low,
            "high": row.ahead.high,
            "expected_date": row.ahead.expected_date.isoformat() if row.ahead.expected_date else None,
            "computed_at": rfc3339(row.ahead.computed_at) if row.ahead.computed_at else None,
            "problem": row.ahead.problem or None,
        },
        "next_milestone": None if following is None else _point(following, unit, row.currency),
        "milestones": [_point(point, unit, row.currency) for point in row.points],
        "changed": _changed(row),
        "trend": [in_period(one, unit, row.currency) for one in row.periods],
    }


def in_period(one: InPeriod, unit: Unit, currency: str) -> dict[str, Any]:
    """The value of a period with its target, and how it stands."""
    return {
        "period": one.period.name,
        "value": number(one.value.value, unit, currency),
        "wilson_low": one.value.low,
        "wilson_high": one.value.high,
        "n": one.value.n,
        "target": number(one.target, unit, currency),
        "target_so_far": number(one.expected, unit, currency),
        "status": one.verdict.status.value,
        "reason": one.verdict.reason,
        "closed": one.closed,
        "revisions": len(one.revisions),
    }


def number(value: Decimal | None, unit: Unit, currency: str) -> object:
    """Counts are whole where they are, money has its currency, shares are fractions, spans seconds."""
    if value is None:
        return None
    if unit is Unit.MONEY:
        return {"amount": f"{value:.2f}", "currency": currency}
    return int(value) if value == int(value) and unit is not Unit.SHARE else float(value)


def _point(point: Point, unit: Unit, currency: str) -> dict[str, Any]:
    return {
        "title": point.title,
        "threshold": number(point.threshold, unit, currency),
        "reached_at": rfc3339(point.reached_at) if point.reached_at else None,
        "taken_back_at": rfc3339(point.taken_back_at) if point.taken_back_at else None,
    }


def _changed(row: Row) -> dict[str, Any] | None:
    if row.change is None:
        return None
    return {
        "start": row.change.first.isoformat(),
        "end": row.change.end.isoformat(),
        "before": row.change.before,
        "after": row.change.after,
        "cut": row.change.cut,
        "effects": [
            {name: effect[name] for name in ("group", "mix", "rate", "total")} for effect in row.change.effects
        ],
    }

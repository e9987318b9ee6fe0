"""What is behind a metric's value? Its lines, which add up to it exactly; of a ratio those of each part.

A computed metric opens into what it was computed from, which adds up to nothing. A page of lines is found by key, so that the
thousandth costs as much as the first. Asked by pages, API and files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from alignment.people.selectors import Somebody
from alignment.refusals import FieldError, Refused
from kpis.metrics.catalogue import Catalogue, catalogue, find
from kpis.metrics.computing import as_it_closed
from kpis.metrics.declaring import Asked, Computed, Family, Metric, Ratio, Subject, Summed, Unit
from kpis.metrics.queries.listed import Listed, read_lines
from kpis.metrics.saying import said_of
from kpis.reports.behind import After
from kpis.reports.params import ReportParams
from kpis.snapshot import one_snapshot


@dataclass(frozen=True)
class Opening:
    """One list that a metric opens into: what it is called, where its lines come from, and how their values are written.

    `adds_up`: its values add up to the figure, or to that part of it.
    """

    part: str
    title: str
    family: Family
    measure: str
    unit: Unit
    adds_up: bool = True


@dataclass(frozen=True)
class MetricLine:
    """One thing that was counted. `value` is None where it cannot be known; `what` says in words what it is about."""

    line_id: int
    subject_id: int
    lead_id: int | None
    deal_id: int | None
    at: datetime
    value: Decimal | None
    what: str

    @property
    def key(self) -> After:
        return After(self.at, self.line_id)


def openings(key: str, there: Catalogue) -> Sequence[Opening]:
    """What a metric opens into, the part that matters most first; nothing where it was computed from more than lines."""
    metric = find(key, there)
    match metric:
        case Summed():
            return [_of_summed("all", metric)]
        case Ratio():
            named = (("over", metric.over), ("minus", metric.minus), ("under", metric.under))
            return [_of_summed(part, there[one]) for part, one in named if one is not None]
        case Computed():
            return _of_computed(metric, there)
        case _:
            raise TypeError(f"{key} is no metric that opens")


def opening(key: str, part: str | None, there: Catalogue) -> Opening:
    """That part of it, or the first."""
    found = {one.part: one for one in openings(key, there)}
    if not found:
        raise Refused("nothing_behind", f"{there[key].title} opens into no list: it is read as a whole.", status=404)
    if part is not None and part not in found:
        detail = f"“{part}” is not a part of {there[key].title}; there are {', '.join(found)}."
        raise Refused("unknown_part", detail, [FieldError("part", "unknown_part", detail)])
    return found[part] if part is not None else next(iter(found.values()))


def lines_behind(
    key: str,
    params: ReportParams,
    user: Somebody | None = None,
    *,
    part: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> list[MetricLine]:
    """Lines behind the value, or behind that part of it, earliest first; narrow groups with `params.where`."""
    there = catalogue(params.stages)
    one, params = opening(key, part, there), as_it_closed(there[key], params)
    if one.family.prepare is not None:
        one.family.prepare(params, user)
    return _lines(one, params, user, after, limit)


@one_snapshot()
def _lines(
    one: Opening, params: ReportParams, user: Somebody | None, after: After | None, limit: int
) -> list[MetricLine]:
    asked = Asked(replace(params, by=()), user, measures=frozenset([one.measure]))
    found = read_lines(one.family, asked, one.measure, after=after, limit=limit)
    words = said_of(one.family.subject, [line.subject_id for line in found])
    return [_line(line, one.family.subject, words) for line in found]


def _line(line: Listed, subject: Subject, words: Mapping[int, str]) -> MetricLine:
    return MetricLine(
        line_id=line.line_id,
        subject_id=line.subject_id,
        lead_id=line.lead_id,
        deal_id=line.subject_id if subject is Subject.DEAL else None,
        at=line.at,
        value=line.value,
        what=words.get(line.subject_id, ""),
    )


def _of_summed(part: str, metric: Metric) -> Opening:
    if not isinstance(metric, Summed):
        raise TypeError(f"{metric.key} has no lines")
    return Opening(part, metric.title, metric.family, metric.key, metric.unit)


def _of_computed(metric: Computed, there: Catalogue) -> Sequence[Opening]:
    if metric.behind is not None:
        return [replace(_of_summed("all", there[metric.behind]), adds_up=False)]
    if metric.opens is None:
        return []
    family, measure, unit = metric.opens
    return [Opening("all", metric.title, family, measure, unit, adds_up=False)]

"""What does the page of a metric show? A chart over periods, and under it the same numbers, each with what is behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alignment.ui.charts import Chart, Series
from alignment.ui.words import NOTHING, percent
from kpis.metrics.by_period import Answer, InPeriod
from kpis.metrics.declaring import Group, Metric, Unit, Value
from kpis.metrics.words import CHARTED, charted, written
from kpis.pages.questions import Question
from kpis.pages.report_charts import group_title

SHOWN = 8
"""Groups that are drawn: those with the most behind them."""


@dataclass(frozen=True)
class Cell:
    """One value with the list behind it, and what is to be said of it."""

    text: str
    link: str | None
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One period: its cells, what it was the period before, and how it stands."""

    period: str
    cells: tuple[Cell, ...]
    before: str
    is_closed: bool
    revisions: int


@dataclass(frozen=True)
class Table:
    """The heads of the cells and the rows. `left_out`: so many groups are in the file alone."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: int


@dataclass(frozen=True)
class Picture:
    """What the page draws an answer with. `opens`: there is a list behind a value."""

    metric: Metric
    question: Question
    currency: str
    opens: bool

    def chart(self, answer: Answer, before: Answer | None) -> Chart:
        """A line over the periods, or one a group."""
        groups = shown(answer)
        series = [Series(self._name(group), self._values(answer, group)) for group in groups]
        if before is not None and len(groups) == 1:
            series.append(Series("The period before", self._values(before, groups[0]), tone="recycled"))
        labels = tuple(one.period.name for one in answer.periods)
        return Chart(
            "metric",
            self.metric.title,
            labels,
            tuple(series),
            kind="line" if len(labels) > 1 else "bar",
            unit=CHARTED[self.metric.unit],
            currency=self.currency,
            first_column="Period",
            height="tall",
        )

    def table(self, answer: Answer, before: Answer | None) -> Table:
        """A row a period, the latest first."""
        groups = shown(answer)
        earlier: Mapping[int, InPeriod] = dict(enumerate(before.periods)) if before else {}
        rows = [
            Row(
                period=one.period.name,
                cells=tuple(self._cell(one, group) for group in groups),
                before=self._text(earlier[at].groups.get(groups[0])) if at in earlier and groups else "",
                is_closed=one.closed,
                revisions=one.revisions,
            )
            for at, one in enumerate(answer.periods)
        ]
        return Table(tuple(map(self._name, groups)), tuple(reversed(rows)), max(len(answer.groups) - len(groups), 0))

    def _name(self, group: Group) -> str:
        return group_title(dict(zip(self.question.params.by, group, strict=True))) if group else self.metric.title

    def _values(self, answer: Answer, group: Group) -> tuple[float | int | None, ...]:
        return tuple(charted(one.groups[group].value) if group in one.groups else None for one in answer.periods)

    def _text(self, value: Value | None) -> str:
        return NOTHING if value is None else written(value.value, self.metric.unit, self.currency)

    def _cell(self, one: InPeriod, group: Group) -> Cell:
        value = one.groups.get(group)
        if value is None:
            return Cell(NOTHING, None)
        period = self.question.turned(first=one.period.first_day, end=one.period.end_day)
        where = dict(zip(self.question.params.by, group, strict=True))
        link = period.metric(self.metric.key, where) if self.opens and value.n else None
        return Cell(self._text(value), link, self._note(value))

    def _note(self, value: Value) -> str:
        if value.problem:
            return value.problem
        if value.low is not None and value.high is not None:
            return f"{percent(value.low)} to {percent(value.high)}, of {written(value.under, Unit.COUNT, '')}"
        return ""


def shown(answer: Answer) -> list[Group]:
    """The groups with the most behind them, in order."""
    size = dict.fromkeys(answer.groups, 0)
    for one in answer.periods:
        for group, value in one.groups.items():
            size[group] += value.n or 0
    most = set(sorted(size, key=lambda group: -size[group])[:SHOWN])
    return [group for group in answer.groups if group in most]

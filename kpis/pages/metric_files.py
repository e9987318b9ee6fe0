"""The catalogue, a metric's values and the lines behind them as files."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.people.models import User
from alignment.ui.exports import Export, to_the_second
from kpis.metrics.behind import MetricLine, Opening, lines_behind
from kpis.metrics.by_period import Answer
from kpis.metrics.declaring import Metric, Unit
from kpis.pages.files import PAGE, read_on, said
from kpis.pages.questions import Question
from kpis.reports.behind import After
from leads.exports.of_leads import LEAD, with_leads

LINE_COLUMNS = ["line", "deal", "what", "at", "value"]


def catalogue_file(metrics: Sequence[Metric], question: Question) -> Export:
    """Every metric with its definition."""
    names = ["room", "key", "title", "sentence", "unit", "better", "controlled_by", "windowed"]
    rows = (
        [m.room, m.key, m.title, m.sentence, m.unit.value, m.better.value, ", ".join(m.controls), m.windowed]
        for m in metrics
    )
    return Export("Metrics", names, rows, question.now, [])


def values_file(metric: Metric, answer: Answer, question: Question, currency: str) -> Export:
    """The values of every period and group."""
    params = question.params
    money = metric.unit is Unit.MONEY
    names = ["period", "start", "end", *params.by, "value", "n", "over", "under", "low", "high", "closed", "problem"]
    rows = (
        [
            one.period.name, one.period.first_day, one.period.end_day, *group, value.value, value.n, value.over, value.under,
            value.low, value.high, one.closed, value.problem, *([currency] if money else []),
        ]
        for one in answer.periods
        for group, value in one.groups.items()
    )  # fmt: skip
    return Export(metric.title, [*names, *(["currency"] if money else [])], rows, params.as_of, said(question, params))


def lines_file(metric: Metric, one: Opening, question: Question, user: User, currency: str) -> Export:
    """All lines behind a value. What is about no lead has blanks in its columns."""
    params = question.params

    def page(after: After | None) -> Sequence[MetricLine]:
        return lines_behind(metric.key, params, user, part=one.part, after=after, limit=PAGE)

    def cells(line: MetricLine) -> list[object]:
        told: list[object] = [line.line_id, line.deal_id, line.what, to_the_second(line.at), line.value]
        return [*told, currency] if one.unit is Unit.MONEY else told

    rows = read_on(page(None), lambda line: page(line.key))
    names = [*LEAD, *LINE_COLUMNS, *(["currency"] if one.unit is Unit.MONEY else [])]
    return Export(
        f"Behind {one.title}",
        names,
        with_leads(user, rows, lead_of=lambda line: line.lead_id, cells=cells),
        params.as_of,
        said(question, params),
    )

"""Reports, and the lists behind figures, as files: what the pages show, all pages of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, TypeVar

from alignment.people.models import User
from alignment.people.selectors import reporting_currency
from alignment.ui.exports import Export, to_the_second
from kpis.leaks.queries.flags import Only
from kpis.leaks.whole import Valued, all_leaks
from kpis.mine import Outcome
from kpis.pages.questions import Question
from kpis.reports.behind import After, changes_behind, leads_behind
from kpis.reports.lines import Line, Listing
from kpis.reports.params import ReportParams
from kpis.reports.registry import Report
from kpis.reports.tables import columns_of, flatten, typed
from leads.exports.of_leads import LEAD, with_leads

PAGE = 50_000
"""Rows that are read at once: each page asks the whole question again, so they are large."""

Row = TypeVar("Row")
NOT_TOLD = ("limit", "cursor")


def said(question: Question, params: ReportParams, **more: str) -> list[str]:
    """The question in words, as far as something was asked."""
    told = {
        "from": params.start_text,
        "up to": params.end_text,
        **{name: value for name, value in more.items() if value},
    }
    asked = [f"{name.replace('_', ' ')} {value}" for name, value in told.items()]
    for name, values in question.options.items():
        if name not in (*NOT_TOLD, "start", "end"):
            asked += [f"{name.replace('_', ' ')} {value}" for value in values]
    return asked


def report_file(report: Report, document: dict[str, Any], question: Question, params: ReportParams) -> Export:
    """The table of a report."""
    rows = flatten(document, report.rows, report.money)
    names = columns_of(rows)
    sight = document.get("sight")
    filters = [*said(question, params), *([str(sight)] if sight else [])]
    cells = ([typed(name, row.get(name), names) for name in names] for row in rows)
    return Export(f"{report.title} report", names, cells, params.as_of, filters)


def leads_file(question: Question, params: ReportParams, user: User, *, measure: str, stage: str, title: str) -> Export:
    """The leads behind a figure, with the moment at which they reached the start stage."""
    first = leads_behind(params, user, measure=measure, stage=stage, limit=PAGE)
    rows = read_on(
        first, lambda row: leads_behind(params, user, measure=measure, stage=stage, after=row.key, limit=PAGE)
    )
    cells = with_leads(user, rows, lead_of=lambda row: row.lead_id, cells=lambda row: [to_the_second(row.anchor)])
    return Export(f"Leads {title}", [*LEAD, f"{params.start_stage}_at"], cells, params.as_of, said(question, params))


def changes_file(
    question: Question, params: ReportParams, user: User, *, entered: str | None, left: str | None
) -> Export:
    """The changes of stage behind a figure of a flow report."""
    first = changes_behind(params, user, entered=entered, left=left, limit=PAGE)
    rows = read_on(
        first, lambda row: changes_behind(params, user, entered=entered, left=left, after=row.key, limit=PAGE)
    )
    cells = with_leads(
        user, rows, lead_of=lambda row: row.lead_id, cells=lambda row: [row.left, row.entered, to_the_second(row.at)]
    )
    filters = said(question, params, into=entered or "", out_of=left or "")
    return Export("Changes of stage", [*LEAD, "from", "to", "at"], cells, params.as_of, filters)


def lines_file(
    listing: Listing,
    title: str,
    question: Question,
    params: ReportParams,
    user: User,
    *,
    measure: str,
    which: Mapping[str, str],
) -> Export:
    """The list behind a count of a report that has lists of its own."""

    def page(after: After | None) -> Sequence[Line]:
        return listing.read(params, user, measure=measure, which=which, after=after, limit=PAGE)

    rows = read_on(page(None), lambda row: page(row.key))
    cells = with_leads(
        user, rows, lead_of=lambda row: row.lead_id, cells=lambda row: [*row.cells, to_the_second(row.at)]
    )
    names = [*LEAD, *(head.lower().replace(" ", "_") for head in listing.heads(user)), "at"]
    return Export(title, names, cells, params.as_of, said(question, params, **which))


def leaks_file(question: Question, params: ReportParams, user: User, only: Only, *, by_value: bool) -> Export:
    """The leaks of the leakage page."""
    leaks = all_leaks(replace(params, cursor=None), user, only, by_value=by_value, page=PAGE)
    names = [*LEAD, "kind", "since", "until", "side", "leak_stage", "limit_seconds", "value_at_risk", "currency"]
    currency = reporting_currency()
    cells = with_leads(user, leaks, lead_of=lambda leak: leak.flag.lead_id, cells=lambda leak: _leak(leak, currency))
    state = "open" if only.still_open else "open and closed"
    return Export(
        "Leaks",
        names,
        cells,
        params.as_of,
        said(question, params, kind=only.kind or "", side=only.side or "", state=state),
    )


def _leak(leak: Valued, currency: str) -> list[object]:
    flag = leak.flag
    span = (to_the_second(flag.since), to_the_second(flag.until))
    told = currency if leak.value is not None else None
    return [flag.kind, *span, flag.side, flag.stage, flag.limit_seconds, leak.value, told]


def outcomes_file(cuts: Sequence[tuple[str, Sequence[Outcome]]], question: Question, whose: str) -> Export:
    """What became of one's leads, by source and by campaign: one line a value."""
    params = question.params
    keys = [terms.key for terms in params.stages.forward]
    rows = ([cut, row.value, row.entered, *row.reached, row.returned, row.lost] for cut, found in cuts for row in found)
    filters = [whose, *said(question, params)]
    return Export("My leads", ["cut", "value", "came_in", *keys, "came_back", "given_up"], rows, params.as_of, filters)


def read_on(first: Sequence[Row], following: Callable[[Row], Sequence[Row]]) -> Iterator[Row]:
    """The rows of one page after the other. The first was read before anything is sent: what cannot be asked is refused in time."""
    return chain(first, _after(first[-1], following) if len(first) == PAGE else ())


def _after(last: Row, following: Callable[[Row], Sequence[Row]]) -> Iterator[Row]:
    while page := following(last):
        yield from page
        last = page[-1]

"""The list behind a figure of a backtest, as a page and as CSV."""

from __future__ import annotations

from collections.abc import Iterator

from django.http.response import HttpResponseBase
from django.shortcuts import render

from alignment.agreements.models import Version
from alignment.agreements.pages.access import Signed, reading, the_version
from alignment.ui.exports import Export, download, is_asked_for, send
from leads.definitions.backtesting.models import BacktestLead
from leads.definitions.backtesting.selectors import Opened, open_list
from leads.definitions.kind import LEAD_DEFINITION
from leads.exports.batches import read
from leads.funnel.stage_sets import stage_set
from leads.selectors.keyset import Order, cut, read_mark

PAGE = 50
COLUMNS = ("lead", "system", "external_id", "name", "company", "stage", "this_at", "in_force_at", "won_at", "lost")


@reading
def leads(request: Signed, key: str, number: int, backtest: int, listing: str) -> HttpResponseBase:
    """The leads of a list, by the moment that put them there."""
    version = the_version(request, LEAD_DEFINITION.key, key, number)
    opened = open_list(request.user, version, backtest, listing)
    if is_asked_for(request):
        return download(request, _file(version, opened))
    order = Order("moment", opened.listing.moment_title, opened.listing.moment, descending=False)
    page = cut(opened.rows, order, PAGE, read_mark(request.GET.get("at", "")))
    stages, here = stage_set().by_key, request.path
    context = {
        "version": version, "opened": opened, "title": LEAD_DEFINITION.title_of(key),
        "rows": [(row, stages.get(row.lead.stage_id or ""), getattr(row, opened.listing.moment)) for row in page.rows],
        "previous_url": f"{here}?at={page.previous}" if page.previous else "",
        "next_url": f"{here}?at={page.next}" if page.next else "",
        "count_text": f"{opened.there:,} in all",
    }  # fmt: skip
    return render(request, "definitions/backtest_list.html", context)


@reading
def as_csv(request: Signed, key: str, number: int, backtest: int, listing: str) -> HttpResponseBase:
    """The whole list as CSV, at an address of its own."""
    version = the_version(request, LEAD_DEFINITION.key, key, number)
    opened = open_list(request.user, version, backtest, listing)
    return send(_file(version, opened), "csv", by=str(request.user))


def _file(version: Version, opened: Opened) -> Export:
    title = f"{LEAD_DEFINITION.title_of(version.agreement.key)} version {version.number} backtest"
    return Export(title, COLUMNS, _rows(opened), opened.backtest.ends_at, [opened.listing.title])


def _rows(opened: Opened) -> Iterator[tuple[object, ...]]:
    for row in read(opened.rows.order_by(opened.listing.moment, "pk")):
        yield _cells(row)


def _cells(row: BacktestLead) -> tuple[object, ...]:
    lead = row.lead
    moments = (row.this_at, row.other_at, row.won_at)
    company = lead.company.name if lead.company else None
    return (lead.pk, lead.system, lead.external_id, lead.name, company, lead.stage_id, *moments, row.lost)

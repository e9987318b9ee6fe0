"""The list behind a figure of a backtest, as a page and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from alignment.agreements.pages.access import Signed, reading, the_version
from leads.definitions.backtesting.models import BacktestLead
from leads.definitions.backtesting.selectors import Opened, open_list
from leads.definitions.kind import LEAD_DEFINITION
from leads.funnel.stage_sets import stage_set
from leads.imports.error_file import harmless
from leads.selectors.keyset import Order, cut, read_mark

PAGE = 50
COLUMNS = ("lead", "system", "external_id", "name", "company", "stage", "this_at", "in_force_at", "won_at", "lost")


@reading
def leads(request: Signed, key: str, number: int, backtest: int, listing: str) -> HttpResponse:
    """The leads of a list, by the moment that put them there."""
    version = the_version(request, LEAD_DEFINITION.key, key, number)
    opened = open_list(request.user, version, backtest, listing)
    order = Order("moment", opened.listing.moment_title, opened.listing.moment, descending=False)
    page = cut(opened.rows, order, PAGE, read_mark(request.GET.get("at", "")))
    stages, here = stage_set().by_key, request.path
    context = {
        "version": version, "opened": opened, "title": LEAD_DEFINITION.title_of(key),
        "rows": [(row, stages.get(row.lead.stage_id or ""), getattr(row, opened.listing.moment)) for row in page.rows],
        "csv_url": reverse("definitions:backtest-csv", args=[key, number, backtest, listing]),
        "previous_url": f"{here}?at={page.previous}" if page.previous else "",
        "next_url": f"{here}?at={page.next}" if page.next else "",
        "count_text": f"{opened.there:,} in all",
    }  # fmt: skip
    return render(request, "definitions/backtest_list.html", context)


@reading  # type: ignore[arg-type]  # what streams is no HttpResponse to the types
def as_csv(request: Signed, key: str, number: int, backtest: int, listing: str) -> HttpResponseBase:
    """The whole list for a spreadsheet; a text that it would run as a formula is made harmless with an apostrophe."""
    version = the_version(request, LEAD_DEFINITION.key, key, number)
    opened = open_list(request.user, version, backtest, listing)
    name = f"{key}-{number}-{listing}.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_lines(opened), content_type="text/csv; charset=utf-8", headers=disposition)


def _lines(opened: Opened) -> Iterator[str]:
    yield _line(COLUMNS)
    for row in opened.rows.order_by(opened.listing.moment, "pk").iterator(2_000):
        yield _line(_cells(row))


def _cells(row: BacktestLead) -> tuple[object, ...]:
    lead = row.lead
    moments = (_told(row.this_at), _told(row.other_at), _told(row.won_at))
    company = lead.company.name if lead.company else ""
    return (lead.pk, lead.system, lead.external_id, lead.name, company, lead.stage_id, *moments, row.lost)


def _told(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat().replace("+00:00", "Z")


def _line(cells: tuple[object, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(["" if cell is None else harmless(str(cell)) for cell in cells])
    return out.getvalue()

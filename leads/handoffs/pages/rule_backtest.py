"""The list behind a figure of a rule's backtest, as a page and as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import render

from alignment.agreements.models import Backtest, Version
from alignment.agreements.pages.access import Signed, reading, the_version
from alignment.people.models import User
from alignment.refusals import Refused
from alignment.ui.exports import Export, download, is_asked_for, send
from leads.funnel.stage_sets import stage_set
from leads.handoffs.backtesting.lists import Listing, Row, find_listing, micros, moment_of, unpacked
from leads.handoffs.kind import HANDOFF_RULE
from leads.handoffs.terms import KIND
from leads.records.models import Lead

PAGE = 50
COLUMNS = ("lead", "name", "company", "offered_at", "to", "accept_by", "accepted_at", "contact_by", "contacted_at")


@dataclass(frozen=True)
class Opened:
    """A list of a backtest that is done: how many rows the result says there are, and those whose lead this person may see."""

    backtest: Backtest
    listing: Listing
    length: int
    rows: Sequence[Row]


def open_list(user: User, version: Version, backtest_id: int, key: str) -> Opened:
    """`Refused` with 404 where there is no such backtest of that version, it is not done, or has no such list."""
    backtest = version.backtests.filter(pk=backtest_id, state=Backtest.State.DONE).first()
    if backtest is None or not backtest.result:
        raise Refused("not_found", "There is no such backtest.", status=404)
    told = backtest.result
    listing = find_listing(key, told["receivers"])
    if listing is None or (listing.compares and key not in told["counts"]):
        raise Refused(
            "unknown_list", f"This backtest has no list “{key}”; there are {', '.join(told['counts'])}.", status=404
        )
    end = micros(backtest.ends_at)
    rows = [row for row in unpacked(told["offers"]) if listing.which(row, end)]
    leads = Lead.objects.visible_to(user).filter(pk__in=[row.lead for row in rows], is_test=False, merged_into=None)
    seen = set(leads.values_list("pk", flat=True))
    return Opened(backtest, listing, len(rows), [row for row in rows if row.lead in seen])


@dataclass(frozen=True)
class Line:
    """One row with its lead and receiver."""

    row: Row
    lead: Lead
    to: str

    def moment(self, name: str) -> datetime | None:
        found: int | None = getattr(self.row, name)
        return None if found is None else moment_of(found)

    @property
    def at(self) -> datetime | None:
        return self.moment("at")

    @property
    def accepted(self) -> datetime | None:
        return self.moment("accepted")

    @property
    def contacted(self) -> datetime | None:
        return self.moment("contacted")


def _lines_of(opened: Opened, rows: Sequence[Row]) -> list[Line]:
    leads = Lead.objects.select_related("company").in_bulk([row.lead for row in rows])
    names = {(one["user"], one["team"]): one["name"] for one in (opened.backtest.result or {})["receivers"]}
    people = {
        one["user"]: one["name"] for one in (opened.backtest.result or {})["receivers"] if one["user"] is not None
    }
    return [
        Line(
            row,
            leads[row.lead],
            people.get(row.user, "") if row.user is not None else names.get((None, row.team), "nobody"),
        )
        for row in rows
        if row.lead in leads
    ]


@reading
def leads(request: Signed, key: str, number: int, backtest: int, listing: str) -> HttpResponseBase:
    """The leads of a list, by the moment at which each would have been offered."""
    version = the_version(request, KIND, key, number)
    opened = open_list(request.user, version, backtest, listing)
    if is_asked_for(request):
        return download(request, _file(version, opened))
    page = Paginator(opened.rows, PAGE).get_page(request.GET.get("page"))
    stages = stage_set().by_key
    context = {
        "version": version,
        "opened": opened,
        "title": HANDOFF_RULE.title_of(key),
        "lines": [(one, stages.get(one.lead.stage_id or "")) for one in _lines_of(opened, list(page.object_list))],
        "previous_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next_url": f"?page={page.next_page_number()}" if page.has_next() else "",
        "count_text": f"{len(opened.rows):,} in all",
    }
    return render(request, "handoff_rules/backtest_list.html", context)


@reading
def as_csv(request: Signed, key: str, number: int, backtest: int, listing: str) -> HttpResponseBase:
    """The whole list as CSV, at an address of its own."""
    version = the_version(request, KIND, key, number)
    opened = open_list(request.user, version, backtest, listing)
    return send(_file(version, opened), "csv", by=str(request.user))


def _file(version: Version, opened: Opened) -> Export:
    title = f"{HANDOFF_RULE.title_of(version.agreement.key)} version {version.number} backtest"
    return Export(title, COLUMNS, _rows(opened), opened.backtest.ends_at, [opened.listing.title])


def _rows(opened: Opened) -> Iterator[tuple[object, ...]]:
    for one in _lines_of(opened, opened.rows):
        company = one.lead.company.name if one.lead.company else None
        moments = (one.moment(name) for name in ("accept_by", "accepted", "contact_by", "contacted"))
        yield (one.lead.pk, one.lead.name, company, one.at, one.to, *moments)

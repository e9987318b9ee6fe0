"""The list of leads: search, filters in the address, and pages found by key."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from alignment.clock import now
from alignment.people.selectors import may_write, reporting_zone
from alignment.ui.exports import download, is_asked_for
from leads.exports.leads import leads_export
from leads.funnel.stage_sets import stage_set
from leads.pages.access import Signed, reading
from leads.pages.list_form import ListForm, but, chips, views
from leads.selectors.counting import how_many
from leads.selectors.keyset import read_mark
from leads.selectors.lists import in_order, listed, page_of


@reading
def index(request: Signed) -> HttpResponseBase:
    """One page of the leads that the address asks for, or all of them as a file."""
    stages, moment = stage_set(), now()
    form = ListForm(request.GET, user=request.user, stages=stages)
    wanted = form.wanted()
    if is_asked_for(request):
        leads = in_order(request.user, wanted, zone=reporting_zone(), now=moment)
        said = [chip.text for chip in chips(form, request.GET)]
        return download(request, leads_export(request.user, leads, as_of=moment, filters=said))
    found = page_of(request.user, wanted, read_mark(request.GET.get("after", "")), zone=reporting_zone(), now=moment)
    page = found.page
    exactly = request.GET.get("count") == "exact"
    count = how_many(request.user, wanted, found, exactly=exactly, zone=reporting_zone(), now=moment)
    context = {
        "form": form,
        "rows": listed(page.rows, stages, now=moment),
        "previous": but(request.GET, after=page.previous) if page.previous else "",
        "next": but(request.GET, after=page.next) if page.next else "",
        "count": count,
        "counted": but(request.GET, after=request.GET.get("after", ""), count="exact"),
        "chips": chips(form, request.GET),
        "views": views(request.user, request.GET),
        "order": wanted.order,
        "by_name": but(request.GET, order="name"),
        "by_day": but(request.GET, order="old" if wanted.order == "new" else ""),
        "by_stage": but(request.GET, order="stage-new" if wanted.order == "stage-old" else "stage-old"),
        "writes": may_write(request.user),
        "unreadable": bool(form.errors),
    }
    return render(request, "leads/list.html", context)

"""The board of campaigns, and the page of one: what it cost, what it brought, and whether that is what was agreed."""

from __future__ import annotations

from typing import cast

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from alignment.agreements.entitlement import may_read, may_write
from alignment.agreements.terms import terms_of
from alignment.clock import now
from alignment.programs.models import Campaign, Spend
from alignment.ui.exports import download, is_asked_for
from kpis.metrics.catalogue import find
from kpis.pages.answers import answer, being_counted
from kpis.pages.kept import CAMPAIGNS
from kpis.pages.questions import Question
from kpis.verdicts.board import ORDERS, USUAL, Counted, Row, board, with_interval
from kpis.verdicts.campaigns import launch_of
from kpis.verdicts.figures import MORE, from_json
from kpis.verdicts.judging import asked_of, value_of
from kpis.verdicts.kind import VERDICT
from kpis.verdicts.models import Verdict
from kpis.verdicts.pages.shown import agreed_words, board_export, cells_of, said_of, shown, today_words
from kpis.verdicts.standing import NOT_AGREED, standings
from kpis.verdicts.terms import KIND, VerdictTerms
from kpis.verdicts.touched import latest_touches
from kpis.verdicts.words import written
from leads.funnel.stage_sets import stage_set
from leads.models import Lead
from leads.pages.access import Signed, only, reading
from leads.selectors.keyset import read_mark

PAGE = 50
LATEST = 10


@reading
def index(request: Signed) -> HttpResponseBase:
    """One page of the board as it is searched and sorted, or all of it as a file."""
    only(may_read(request.user))
    moment = now()
    search = request.GET.get("search", "")[:200]
    order = request.GET.get("order", "") if request.GET.get("order", "") in ORDERS else USUAL
    told = answer(CAMPAIGNS, Question({}, moment), request.user, wait="wait" in request.GET or is_asked_for(request))
    if told is None:
        return being_counted(request)
    counted = Counted.from_json(told.document)
    if is_asked_for(request):
        whole = board(now=moment, search=search, order=order, counted=counted)
        return download(request, board_export(whole.rows, as_of=told.at, search=search, order=order))
    after = read_mark(request.GET.get("after", ""))
    page = board(now=moment, search=search, order=order, after=after, size=PAGE, counted=counted)
    context = {
        "page": page, "previous_url": _place(request, page.previous), "next_url": _place(request, page.next),
        "count_text": f"{len(page.rows)} of {page.total} campaigns", "rows": shown(page.rows, told.at),
        "orders": ORDERS.values(), "order": order, "search": search,
        "computed_at": told.at, "kept": told.kept, "writes": may_write(request.user),
    }  # fmt: skip
    return render(request, "kpis/campaigns.html", context)


@reading
def show(request: Signed, pk: int) -> HttpResponseBase:
    """One campaign."""
    only(may_read(request.user))
    campaign, moment = get_object_or_404(Campaign, pk=pk), now()
    told = answer("campaign", Question({}, moment), request.user, {"name": campaign.name}, wait="wait" in request.GET)
    if told is None:
        return being_counted(request)
    standing = standings([pk], moment).get(pk, NOT_AGREED)
    namesakes = Campaign.objects.filter(name=campaign.name).exclude(pk=pk).exists()
    row = with_interval(Row(campaign, from_json(told.document), standing, namesakes), told.at)
    leads = Lead.objects.counted().visible_to(request.user).filter(campaign=campaign)
    context = {
        "row": row, "campaign": campaign, "standing": standing, "said": said_of(standing), "cells": cells_of(row, MORE, told.at),
        "launch": launch_of(campaign), "verdicts": [_judged(verdict, campaign) for verdict in _verdicts(pk)],
        "sentences": _sentences(campaign, standing.terms) if standing.terms else (),
        "spend": Spend.objects.filter(campaign=campaign).order_by("-starts_on", "-id")[:LATEST],
        "leads": leads.select_related("company").order_by("-created_at", "-id")[:LATEST],
        "touches": latest_touches(campaign, request.user, LATEST), "kind": KIND, "key": f"{pk}", "computed_at": told.at, "kept": told.kept,
        "writes": may_write(request.user),
    }  # fmt: skip
    return render(request, "kpis/campaign.html", context)


def _place(request: Signed, word: str) -> str:
    """The address of a page of the board, as it is searched and sorted now."""
    query = request.GET.copy()
    query["after"] = word
    return f"?{query.urlencode()}" if word else ""


def _verdicts(pk: int) -> list[Verdict]:
    return list(Verdict.objects.filter(campaign_id=pk).select_related("version__agreement"))


def _sentences(campaign: Campaign, terms: VerdictTerms) -> list[str]:
    return list(VERDICT.say(f"{campaign.pk}", terms))


def _judged(verdict: Verdict, campaign: Campaign) -> dict[str, object]:
    """A verdict as it was given, with what it would be today."""
    metric = find(verdict.metric, stage_set())
    terms = cast("VerdictTerms", terms_of(verdict.version))
    today = value_of(terms, asked_of(campaign, verdict.as_of, now=now()))
    return {
        "verdict": verdict,
        "metric": metric,
        "agreed": agreed_words(metric, verdict),
        "value": written(metric.unit, verdict.value, verdict.currency),
        "today": today_words(metric, verdict, today.value),
        "today_met": today.value is not None and terms.is_met(today.value),
    }

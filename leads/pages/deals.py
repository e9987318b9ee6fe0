"""Deals of a lead by hand: opened, won or lost, and opened again where that was a slip. The lead's stage follows."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from alignment.clock import now
from alignment.people.models import User
from alignment.people.selectors import reporting_currency
from alignment.refusals import Refused
from alignment.ui.undo import say_done
from leads.deals.edits import edit_deal
from leads.deals.models import Deal
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.handoffs import gate
from leads.outcome import RowResult
from leads.pages.access import Signed, visible_lead, writing
from leads.pages.deal_forms import CloseForm, DealForm
from leads.pages.saying import back_to, refusing, say_errors
from leads.records.wishes import scope_of


def _deal(request: Signed, lead_id: int, deal_id: int) -> Deal:
    visible_lead(request, lead_id)
    return get_object_or_404(Deal, pk=deal_id, lead=lead_id)


def _saved(row: DealRow, by: User, moment: datetime) -> RowResult:
    result = save_deals([row], now=moment, actor_id=by.pk, scope=scope_of(by))[0]
    if result.status == "rejected":
        raise Refused(result.code or "rejected", result.detail or "This deal could not be opened.")
    return result


@writing
@refusing
def add(request: Signed, lead_id: int) -> HttpResponse:
    """Open a deal; its lead becomes an opportunity, and is accepted first where it is on offer to this person."""
    lead = visible_lead(request, lead_id)
    form = DealForm(request.POST, currency=reporting_currency())
    if not form.is_valid():
        return say_errors(request, form, lead_id)
    given, moment = form.cleaned_data, now()
    row = DealRow(
        lead_id=lead.pk,
        company=lead.company.name if lead.company else None,
        owner=request.user.label,
        amount=given["amount"],
        currency=given["currency"],
        status="open",
        opened_at=moment,
    )
    gate.save_deal(lambda: _saved(row, request.user, moment), lead_id=lead.pk, by=request.user, now=moment)
    say_done(request, "The deal is open.")
    return back_to(lead_id)


@writing
@refusing
def close(request: Signed, lead_id: int, deal_id: int) -> HttpResponse:
    """Win or lose a deal; with an undo."""
    deal = _deal(request, lead_id, deal_id)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return say_errors(request, form, lead_id)
    given, moment = form.cleaned_data, now()
    lost = given["status"] == "lost"
    changes = {
        "status": given["status"],
        "closed_at": given["closed_at"] or moment,
        "lost_reason": given["lost_reason"] if lost else None,
    }
    edit_deal(deal, changes, now=moment, actor_id=request.user.pk, scope=scope_of(request.user))
    say_done(
        request,
        "Lost, and the reason is kept." if lost else "Won. Well done, both of you.",
        reverse("deal-reopen", args=[lead_id, deal_id]),
    )
    return back_to(lead_id)


@writing
@refusing
def reopen(request: Signed, lead_id: int, deal_id: int) -> HttpResponse:
    """Open a deal again that was closed by a slip."""
    deal = _deal(request, lead_id, deal_id)
    changes = {"status": "open", "closed_at": None, "lost_reason": None}
    edit_deal(deal, changes, now=now(), actor_id=request.user.pk, scope=scope_of(request.user))
    say_done(request, "The deal is open again.")
    return back_to(lead_id)

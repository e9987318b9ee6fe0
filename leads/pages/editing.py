"""A lead's fields by hand: a new lead, a change, and the way back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from alignment.clock import now
from alignment.people.models import Side, User
from alignment.people.pages.fields import show_refusal
from alignment.people.selectors import may_write
from alignment.refusals import FieldError, Refused
from alignment.ui.undo import say_done
from leads.funnel.stage_sets import stage_set
from leads.handoffs import gate
from leads.pages.access import Signed, only, page, visible_lead, writing
from leads.pages.lead_forms import EditForm, NewLeadForm
from leads.pages.saying import back_to, refusing
from leads.records.edits import edit_lead, undo_edit
from leads.records.models import Edit, Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from leads.records.wishes import scope_of


@page
def edit(request: Signed, lead_id: int) -> HttpResponse:
    """Change what is known of a lead."""
    only(may_write(request.user))
    lead = visible_lead(request, lead_id)
    only(lead.erased_at is None)
    form = EditForm(request.POST or None, user=request.user, lead=lead)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            gate.must_hold_to_change(lead, form.changes(), request.user)
            done = edit_lead(lead, form.changes(), actor=request.user, now=now(), expected_version=version)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            undo = reverse("lead-edit-undo", args=[lead_id, done.pk]) if done else None
            say_done(request, "Saved." if done else "Nothing was changed.", undo)
            return back_to(lead_id)
    return render(request, "leads/edit.html", {"form": form, "lead": lead}, status=422 if form.errors else 200)


@writing
@refusing
def undo(request: Signed, lead_id: int, edit_id: int) -> HttpResponse:
    """Put the fields back as they were before an edit."""
    visible_lead(request, lead_id)
    edit = get_object_or_404(Edit, pk=edit_id, lead=lead_id)
    undo_edit(edit, actor=request.user, now=now())
    say_done(request, "Put back as it was.")
    return back_to(lead_id)


@page
def new(request: Signed) -> HttpResponse:
    """A lead that somebody tells us of; one whose address is known is shown instead of made twice."""
    only(may_write(request.user))
    own = str(request.user.pk) if request.user.side in (Side.SALES, Side.PARTNER) else ""
    form = NewLeadForm(request.POST or None, user=request.user, stages=stage_set(), initial={"owner": own})
    known: Lead | None = None
    if request.method == "POST" and form.is_valid():
        known = _known(request.user, form.cleaned_data["email"])
        if known is None:
            try:
                lead_id = _make(request.user, form)
            except Refused as refused:
                show_refusal(form, refused)
            else:
                say_done(request, "The lead is in. What is the next step?")
                return redirect("lead", lead_id)
    return render(
        request, "leads/new.html", {"form": form, "known": known}, status=422 if form.errors or known else 200
    )


def _known(user: User, email: str) -> Lead | None:
    visible = Lead.objects.visible_to(user).filter(erased_at=None, merged_into=None)
    return visible.filter(email__iexact=email).order_by("pk").first() if email else None


def _make(user: User, form: NewLeadForm) -> int:
    stated = form.stated()
    owner = User.objects.filter(pk=stated.pop("owner") or 0).first()
    scope = scope_of(user)
    team = user.team.name if scope and user.team else None
    row = LeadRow(owner=owner.label if owner else None, team=team, **stated)  # type: ignore[arg-type]
    result = upsert_leads([row], now=now(), actor_id=user.pk, scope=scope)[0]
    if result.id is None:
        code, detail = result.code or "rejected", result.detail or "This lead could not be taken in."
        raise Refused(code, detail, [FieldError(result.field, code, detail)] if result.field else [])
    return result.id

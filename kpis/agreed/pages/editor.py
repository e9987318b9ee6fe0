"""The editor of a KPI's draft: what is measured, targets, milestones, who answers for it; as a plain form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from alignment.agreements.drafts import change_draft
from alignment.agreements.entitlement import both_teams, may_write
from alignment.agreements.models import Step, Version
from alignment.agreements.pages.access import Signed, page, the_version, writing
from alignment.agreements.pages.saying import expected, path_of
from alignment.agreements.pages.starting import start
from alignment.agreements.terms import parse_terms, terms_of
from alignment.clock import now
from alignment.people.models import User
from alignment.refusals import FieldError, Refused
from alignment.ui.undo import say_done
from kpis.agreed.kind import KPI
from kpis.agreed.measures import choices
from kpis.agreed.pages.sheet import IN_WORDS, Sheet, document_of, more_rows, of_form, of_terms, unit_of
from kpis.agreed.terms import KIND, KpiTerms
from kpis.reports.cuts import CUTS, PERIODS
from leads.funnel.stage_sets import stage_set

THEIRS = "Somebody else saved this draft meanwhile. What you wrote is still here; saving now replaces theirs."


@writing
def begin(request: Signed) -> HttpResponse:
    """A draft of a KPI anew, under a short name made of its title."""
    words = "".join(
        letter if letter.isascii() and letter.isalnum() else " " for letter in request.POST.get("title", "")
    )
    key = "-".join(words.lower().split())[:40].strip("-")
    try:
        version, said = start(request.user, KIND, key, "", now=now())
    except Refused as refused:
        messages.error(request, f"Give it a title of letters and digits. {refused.detail}")
        return redirect("kpis")
    say_done(request, said)
    return redirect("kpi-edit", key=key, number=version.number)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit(request: Signed, key: str, number: int) -> HttpResponse:
    """Change a draft; what was proposed is read on its own page."""
    version = the_version(request, KIND, key, number)
    if not may_write(request.user):
        raise Http404("There is no such page for who only reads.")
    if version.step != Step.DRAFT:
        return redirect(path_of(version))
    terms = terms_of(version)
    if not isinstance(terms, KpiTerms):
        raise Http404
    if request.method != "POST":
        return _show(request, version, of_terms(terms), terms, version.revision)
    return _pressed(request, version, of_form(request.POST.dict()), terms)


def _pressed(request: Signed, version: Version, sheet: Sheet, before: KpiTerms) -> HttpResponse:
    wish, revision = request.POST.get("do", "save"), expected(request) or version.revision
    if wish == "rows":
        return _show(request, version, replace(sheet, targets=more_rows(sheet.targets)), before, revision)
    document, errors = document_of(sheet, before)
    if wish == "look" or errors:
        return _show(request, version, replace(sheet, errors=errors), before, revision)
    try:
        saved = change_draft(version.pk, by=request.user, now=now(), expected=revision, document=document)
    except Refused as refused:
        if refused.status == 404 or refused.code == "may_not_write":
            raise
        if refused.code == "version_changed":
            messages.warning(request, THEIRS)
            fresh = the_version(request, KIND, version.agreement.key, version.number)
            return _show(request, fresh, sheet, before, fresh.revision)
        wrong = refused.errors or [FieldError("", refused.code, refused.detail)]
        return _show(request, version, replace(sheet, errors=wrong), before, revision)
    say_done(request, "Saved. Say why on this page, then propose it: until then nobody is told.")
    return redirect(path_of(saved))


def _show(request: Signed, version: Version, sheet: Sheet, before: KpiTerms, revision: int) -> HttpResponse:
    stages = stage_set()
    document, _errors = document_of(sheet, before)
    unit = unit_of(document)
    rooms = choices(stages)
    context = {
        "version": version,
        "title": KPI.title_of(version.agreement.key),
        "sheet": sheet,
        "texts": sheet.texts,
        "rooms": rooms,
        "sums": {room: [one for one in metrics if hasattr(one, "family")] for room, metrics in rooms.items()},
        "chosen": next((one for found in rooms.values() for one in found if one.key == sheet.texts["metric"]), None),
        "cuts": [cut for cut in CUTS if cut not in PERIODS],
        "grains": ("week", "month", "quarter", "year"),
        "people": User.objects.filter(both_teams()).exclude(email=None).order_by("name"),
        "unit_in_words": IN_WORDS.get(unit, ""),
        "split": len(before.split),
        "preview": _preview(document),
        "revision": revision,
        "proposal": path_of(version),
    }
    return render(request, "kpis/kpi_edit.html", context, status=422 if sheet.errors else 200)


def _preview(document: dict[str, Any]) -> Sequence[str]:
    """What the terms as written say; nothing where they cannot be read yet."""
    try:
        terms = parse_terms(KPI, document)
    except Refused:
        return ()
    return KPI.sentences(terms) if isinstance(terms, KpiTerms) and terms.parts else ()

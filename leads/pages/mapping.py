"""The mapping page: how a file is read, what its columns and values are, what would come of it, and the way in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from alignment.clock import now
from alignment.documents import read_document
from alignment.people.company import known_timezones
from alignment.people.selectors import may_write, organisation
from alignment.refusals import Refused
from alignment.ui.undo import say_done
from leads.imports import service
from leads.imports.kinds import KINDS
from leads.imports.mapping import drafting
from leads.imports.mapping.drafts import ImportDraft
from leads.imports.mapping.dropping import drop_drafts
from leads.imports.mapping.previewing import preview_of
from leads.imports.profiles.named import delete_profile, rename_profile
from leads.imports.tasks import count_draft
from leads.pages import mapping_forms
from leads.pages.access import Signed, only, page, reading, writing
from leads.pages.importing import hurry
from leads.pages.mapping_forms import read_change, read_layout
from leads.selectors.imports import facts_of as import_facts
from leads.selectors.mapping import MappingFacts, drafts_visible_to, facts_of, kept_profiles

Step = Callable[[Signed, ImportDraft], HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def draft(request: Signed, draft_id: int) -> HttpResponse:
    """One file that is being mapped; every change is kept at once."""
    found = _draft(request, draft_id)
    if request.method != "POST":
        return _shown(request, found)
    if not may_write(request.user):
        raise PermissionDenied("You may read everything here, and change nothing.")
    try:
        step = _answer if "answered" in request.POST else _STEPS.get(request.POST.get("do", ""), _change)
        return step(request, found)
    except Refused as refused:
        return _shown(request, _draft(request, draft_id), refused.detail)


def _draft(request: Signed, draft_id: int) -> ImportDraft:
    return get_object_or_404(drafts_visible_to(request.user), pk=draft_id)


def _change(request: Signed, found: ImportDraft) -> HttpResponse:
    _save(request, found)
    if request.headers.get("HX-Request"):
        return render(request, "imports/_mapping_parts.html", _context(_draft(request, found.pk)))
    return redirect("import-draft", found.pk)


def _save(request: Signed, found: ImportDraft) -> None:
    drafting.rearrange(found.pk, read_change(request.POST, facts_of(found)), now=now())


def _read_otherwise(request: Signed, found: ImportDraft) -> HttpResponse:
    now_is = "" if found.basis.get("unsure") else found.kind
    kind = request.POST.get("kind", now_is)
    profile = request.POST.get("profile", "=")
    read = drafting.read_otherwise(
        found.pk,
        said=read_layout(request.POST, facts_of(found).study.layout),
        kind=kind if kind in KINDS else now_is,
        profile=None if profile == "=" else profile,
        now=now(),
    )
    count_rest(read)
    return redirect("import-draft", found.pk)


def count_rest(found: ImportDraft) -> None:
    """Have a worker read the rest of a big file, once the draft is written."""
    if not found.study["whole"]:
        transaction.on_commit(partial(count_draft.delay, found.pk), robust=True)


def _check(request: Signed, found: ImportDraft) -> HttpResponse:
    _save(request, found)
    import_ = drafting.check(found.pk, now=now(), actor=request.user)
    hurry(import_.pk)
    return redirect(_address(found, "#check"))


def _bring_in(request: Signed, found: ImportDraft) -> HttpResponse:
    _save(request, found)
    import_ = drafting.bring_in(found.pk, now=now(), actor=request.user)
    hurry(import_.pk)
    return redirect("import", import_.pk)


def _answer(request: Signed, found: ImportDraft) -> HttpResponse:
    """An answer to what the check asked; the file is checked again with it."""
    drafting.answer(
        found.pk, field=request.POST.get("question", ""), choice=request.POST.get("answered", ""), now=now()
    )
    import_ = drafting.check(found.pk, now=now(), actor=request.user)
    hurry(import_.pk)
    return redirect(_address(found, "#check"))


def _keep(request: Signed, found: ImportDraft) -> HttpResponse:
    _save(request, found)
    name, replaces = request.POST.get("profile_name", ""), request.POST.get("replace") == "on"
    kept = drafting.keep(found.pk, name=name, replace=replaces, now=now())
    say_done(request, f"The profile “{kept.name}” is kept for the next file of this shape.")
    return redirect("import-draft", found.pk)


def _paste(request: Signed, found: ImportDraft) -> HttpResponse:
    document = read_document(request.POST.get("pasted", ""), "The profile", code="invalid_profile")
    drafting.write_profile(found.pk, document, now=now())
    return redirect("import-draft", found.pk)


def _drop(request: Signed, found: ImportDraft) -> HttpResponse:
    drop_drafts([found.pk])
    say_done(request, f"{found.file_name} is put away; nothing of it came in.")
    return redirect("imports")


_STEPS: dict[str, Step] = {
    "layout": _read_otherwise, "check": _check, "import": _bring_in, "keep": _keep, "paste": _paste,
    "drop": _drop,
}  # fmt: skip


def _address(found: ImportDraft, place: str = "") -> str:
    return f"/import/drafts/{found.pk}/{place}"


def _shown(request: Signed, found: ImportDraft, refused: str = "") -> HttpResponse:
    context = _context(found) | {"refused": refused, "typed": request.POST}
    fragment = request.headers.get("HX-Request")
    template = "imports/_mapping_parts.html" if fragment else "imports/mapping.html"
    return render(request, template, context, status=422 if refused and not fragment else 200)


def _context(found: ImportDraft) -> dict[str, Any]:
    facts = facts_of(found)
    preview = preview_of(found.kind, facts.document, facts.study, now=now(), actor_id=found.actor_id)
    return {
        "facts": facts,
        "draft": found,
        "preview": preview,
        "check": import_facts(found.checked) if found.checked else None,
        "own_zone": organisation().timezone,
        **_choices(facts),
    }


def _choices(facts: MappingFacts) -> dict[str, Any]:
    """What the selects of the page offer."""
    layout = facts.study.layout
    encodings, delimiters = dict(mapping_forms.ENCODINGS), dict(mapping_forms.DELIMITERS)
    encoding = mapping_forms.as_said(layout)["encoding"]
    encodings.setdefault(encoding, encoding.upper())
    delimiters.setdefault(layout.delimiter, f"“{layout.delimiter}”")
    lines = sorted({*range(1, mapping_forms.LINES + 1), layout.header or 1})
    return {
        "kinds": KINDS.values(),
        "encoding": encoding,
        "encodings": encodings.items(),
        "delimiters": delimiters.items(),
        "lines": lines,
        "dates": mapping_forms.DATES,
        "decimals": mapping_forms.DECIMALS,
        "zones": known_timezones(),
    }


@reading
def checked(request: Signed, draft_id: int) -> HttpResponse:
    """How far the check is, asked again and again while it is at work."""
    found = _draft(request, draft_id)
    facts = facts_of(found)
    context = {"facts": facts, "draft": found, "check": import_facts(found.checked) if found.checked else None}
    return render(request, "imports/_map_check.html", context)


@reading
def profiles(request: Signed) -> HttpResponse:
    """Profiles kept under a name: renamed and deleted here, replaced where a file is mapped."""
    only(service.may_import(request.user))
    return render(request, "imports/mapping_profiles.html", {"profiles": kept_profiles(), "kinds": KINDS})


@writing
def profile(request: Signed, profile_id: int) -> HttpResponse:
    """Rename or delete a kept profile."""
    only(service.may_import(request.user))
    try:
        if request.POST.get("do") == "delete":
            say_done(
                request, f"The profile “{delete_profile(profile_id)}” is deleted. Files read by it stay as they are."
            )
        else:
            say_done(
                request, f"The profile is named “{rename_profile(profile_id, request.POST.get('name', '')).name}” now."
            )
    except Refused as refused:
        messages.error(request, refused.detail)
    return redirect("import-profiles")

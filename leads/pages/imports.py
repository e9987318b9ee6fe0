"""The pages on which a file comes in: what is to be imported, what became of it, and the way back."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from alignment.clock import now
from alignment.people.pages.fields import show_refusal
from alignment.refusals import Refused
from alignment.ui.undo import say_done
from leads.imports import service
from leads.imports.error_file import error_lines
from leads.imports.kinds import KINDS
from leads.imports.models import Import
from leads.imports.tasks import run_import
from leads.imports.uploads import must_be_there
from leads.pages.access import Signed, only, page, reading, writing
from leads.pages.import_forms import ImportForm
from leads.selectors.imports import (
    PAGE,
    example_columns,
    facts_of,
    imports_before,
    imports_visible_to,
    profile_that_says,
)


@page
def index(request: Signed) -> HttpResponse:
    """Every import, and the form for the next one."""
    only(service.may_import(request.user))
    form = ImportForm(request.POST or None, request.FILES or None, initial=_as_before(request))
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("import", _start(request, form).pk)
        except Refused as refused:
            show_refusal(form, refused)
    before = _number(request.GET.get("before", ""))
    found = imports_before(request.user, before)
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    context = {
        "form": form,
        "imports": found[:PAGE],
        "older": older,
        "kinds": KINDS.values(),
        "first_page": before is None,
    }
    return render(request, "imports/index.html", context, status=422 if form.errors else 200)


def _as_before(request: Signed) -> dict[str, str]:
    """What the form holds at first: for a file that is brought again, what it was and the answer to its question."""
    again = _number(request.GET.get("again", ""))
    asked = imports_visible_to(request.user).filter(pk=again).first() if again is not None else None
    if asked is None:
        return {"kind": "leads"}
    return {"kind": asked.kind, "pasted": profile_that_says(asked, request.GET.get("say", ""))}


def _number(text: str) -> int | None:
    """The id that an address holds, if it is one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _start(request: Signed, form: ImportForm) -> Import:
    profile = form.chosen_profile()
    import_ = service.start_import(
        kind=form.cleaned_data["kind"],
        file=form.stream(),
        file_name=form.upload.name or "file.csv",
        profile=profile.document,
        profile_name=profile.name,
        now=now(),
        actor=request.user,
        dry_run=request.POST.get("how") != "import",
    )
    _hurry(import_.pk)
    return import_


def _hurry(import_id: int) -> None:
    transaction.on_commit(partial(run_import.delay, import_id))


def _import(request: Signed, import_id: int) -> Import:
    return get_object_or_404(imports_visible_to(request.user), pk=import_id)


@reading
def one(request: Signed, import_id: int) -> HttpResponse:
    """One import; while it is at work the page asks for its fragment again and again."""
    template = "imports/_state.html" if request.headers.get("HX-Request") else "imports/import.html"
    context = {"facts": facts_of(_import(request, import_id)), "may_import": service.may_import(request.user)}
    return render(request, template, context)


@reading
def errors(request: Signed, import_id: int) -> StreamingHttpResponse:
    """The rows that were set aside, as a file to correct and bring again."""
    import_ = _import(request, import_id)
    answer = StreamingHttpResponse(error_lines(import_), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{import_.pk}-set-aside.csv"'
    return answer


@reading
def example(request: Signed, kind: str) -> HttpResponse:
    """A file with nothing but the names of the columns of one kind."""
    only(service.may_import(request.user) and kind in KINDS)
    answer = HttpResponse(",".join(example_columns(kind)) + "\n", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer


@writing
def undo(request: Signed, import_id: int) -> HttpResponse:
    """Take out what an import brought."""
    import_ = _import(request, import_id)
    try:
        undone = service.undo(import_.pk, now=now(), actor=request.user)
        left = f" {len(undone.spared):,} of them were touched since and stay." if undone.spared else ""
        say_done(request, f"What {import_.file_name} brought is taken out again.{left}")
    except Refused as refused:
        messages.error(request, refused.detail)
    return redirect("import", import_.pk)


@writing
def resume(request: Signed, import_id: int) -> HttpResponse:
    """Let an import that stopped go on where it was."""
    import_ = _import(request, import_id)
    try:
        service.resume(import_.pk)
        _hurry(import_.pk)
    except Refused as refused:
        messages.error(request, refused.detail)
    return redirect("import", import_.pk)


@writing
def for_real(request: Signed, import_id: int) -> HttpResponse:
    """After a check that went well: the same file, the same profile, and this time it stays."""
    checked = _import(request, import_id)
    try:
        with must_be_there(checked.file).open("rb") as file:
            import_ = service.start_import(
                kind=checked.kind, file=file, file_name=checked.file_name, profile=checked.profile,
                profile_name=checked.profile_name, now=now(), actor=request.user,
            )  # fmt: skip
    except Refused as refused:
        messages.error(request, refused.detail)
        return redirect("import", checked.pk)
    _hurry(import_.pk)
    return redirect("import", import_.pk)

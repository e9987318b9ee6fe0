"""The page on which a file is brought: what is being mapped, and every file that was brought; and examples of files."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from alignment.clock import now
from alignment.people.pages.fields import show_refusal
from alignment.refusals import Refused
from alignment.ui.exports import download, is_asked_for
from leads.exports.lists import imports_export
from leads.imports import service
from leads.imports.kinds import KINDS
from leads.imports.mapping import drafting
from leads.imports.mapping.drafts import ImportDraft
from leads.imports.mapping.naming import must_name
from leads.imports.models import Import
from leads.pages.access import Signed, only, page, reading
from leads.pages.import_forms import ImportForm
from leads.pages.importing import hurry
from leads.pages.mapping import count_rest
from leads.selectors.imports import PAGE, example_columns, imports_before, imports_visible_to
from leads.selectors.mapping import drafts_visible_to

CHECK, AT_ONCE = "check", "import"
"""What may be done with a file besides mapping it first."""


@page
def index(request: Signed) -> HttpResponseBase:
    """Every import, what is not finished yet, and the form for the next file."""
    only(service.may_import(request.user))
    if is_asked_for(request):
        return download(
            request, imports_export(request.user, imports_visible_to(request.user).order_by("-pk"), now=now())
        )
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _begun(request, form)
        except Refused as refused:
            show_refusal(form, refused)
    before = _number(request.GET.get("before", ""))
    found = imports_before(request.user, before)
    context = {
        "form": form,
        "imports": found[:PAGE],
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "kinds": KINDS.values(),
        "drafts": drafts_visible_to(request.user)[:PAGE] if before is None else (),
        "first_page": before is None,
    }
    return render(request, "imports/index.html", context, status=422 if form.errors else 200)


def _number(text: str) -> int | None:
    """The id that an address holds, if it is one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _begun(request: Signed, form: ImportForm) -> HttpResponse:
    """On to the mapping page, or to the import where somebody wants it checked or brought in as the form says."""
    how = request.POST.get("how")
    if how in (CHECK, AT_ONCE) and form.kind_key:
        return redirect("import", _start(request, form, dry_run=how == CHECK).pk)
    return redirect("import-draft", _draft(request, form).pk)


def _draft(request: Signed, form: ImportForm) -> ImportDraft:
    draft = drafting.start_draft(
        file=form.stream(),
        file_name=form.file_name,
        kind=form.kind_key,
        named=form.named_profile(),
        now=now(),
        actor=request.user,
    )
    count_rest(draft)
    return draft


def _start(request: Signed, form: ImportForm, *, dry_run: bool) -> Import:
    profile = form.chosen_profile()
    must_name(KINDS[form.kind_key], profile.document)
    import_ = service.start_import(
        kind=form.kind_key,
        file=form.stream(),
        file_name=form.file_name,
        profile=profile.document,
        profile_name=profile.name,
        now=now(),
        actor=request.user,
        dry_run=dry_run,
    )
    hurry(import_.pk)
    return import_


@reading
def example(request: Signed, kind: str) -> HttpResponse:
    """A file with nothing but the names of the columns of one kind."""
    only(service.may_import(request.user) and kind in KINDS)
    answer = HttpResponse(",".join(example_columns(kind)) + "\n", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer

"""One import: how far it is, its question, its rows set aside, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from alignment.clock import now
from alignment.refusals import Refused
from alignment.ui.exports import download, is_asked_for
from alignment.ui.undo import say_done
from leads.exports.lists import set_aside_export
from leads.imports import service
from leads.imports.models import Import
from leads.imports.repairs.aside import rows_aside
from leads.imports.repairs.error_file import error_lines
from leads.imports.summary import describe, duration
from leads.imports.tasks import hurry_next, run_import
from leads.imports.uploads import must_be_there
from leads.pages.access import Signed, reading, writing
from leads.selectors.imports import facts_of, imports_visible_to

SHOWN_SPARED = 100


def hurry(import_id: int) -> None:
    """Have a worker take it up, once it is written."""
    transaction.on_commit(partial(run_import.delay, import_id), robust=True)


def visible_import(request: Signed, import_id: int) -> Import:
    """The import, or 404 for who may not see it."""
    return get_object_or_404(imports_visible_to(request.user), pk=import_id)


@reading
def one(request: Signed, import_id: int) -> HttpResponseBase:
    """One import; while it is at work the page asks for its fragment again and again. As a file: what was set aside."""
    import_ = visible_import(request, import_id)
    if is_asked_for(request):
        return download(request, set_aside_export(import_, now=now()))
    may_import = service.may_import(request.user)
    document = describe(import_)
    after = request.GET.get("after", "")
    repairable = may_import and import_.state == Import.State.DONE and not import_.dry_run
    rows, more = rows_aside(import_, int(after) if after.isdecimal() and len(after) < 19 else 0)
    remaining = document["remaining_seconds"]
    context = {
        "facts": facts_of(import_),
        "document": document,
        "may_import": may_import,
        "repairable": repairable,
        "rows": rows,
        "more": more,
        "left": duration(remaining) if remaining is not None else "",
        "behind": Import.objects.filter(pk=document["behind"]).first() if document["behind"] else None,
        "answered": _answered(import_) if may_import else [],
        "spared": document["spared"] if "spared" in request.GET else document["spared"][:SHOWN_SPARED],
    }
    template = "imports/_state.html" if request.headers.get("HX-Request") else "imports/import.html"
    return render(request, template, context)


def _answered(import_: Import) -> list[dict[str, object]]:
    """The questions that were answered, as long as their answers may be changed."""
    resting = import_.state in (Import.State.NEEDS_ANSWER, Import.State.FAILED) or (
        import_.dry_run and import_.state == Import.State.DONE
    )
    if not resting or (import_.cursor and not import_.dry_run):
        return []
    answers = import_.decisions.get("answers", {})
    asked: dict[str, dict[str, object]] = import_.decisions.get("asked", {})
    open_ = (import_.question or {}).get("field")
    return [
        {**question, "given": answers[field]}
        for field, question in asked.items()
        if field in answers and field != open_
    ]


@reading
def errors(request: Signed, import_id: int) -> StreamingHttpResponse:
    """The rows that were set aside, as a file to correct and send back."""
    import_ = visible_import(request, import_id)
    answer = StreamingHttpResponse(error_lines(import_), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{import_.pk}-set-aside.csv"'
    return answer


@writing
def answer(request: Signed, import_id: int) -> HttpResponse:
    """Answer what the import asks: it goes on by itself."""

    def step(import_: Import) -> None:
        given = request.POST
        service.answer(import_.pk, given.get("answer", ""), now=now(), field=given.get("field") or None)
        hurry(import_.pk)

    return _after(request, import_id, step)


@writing
def undo(request: Signed, import_id: int) -> HttpResponse:
    """Take out what an import brought."""

    def step(import_: Import) -> None:
        undone = service.undo(import_.pk, now=now(), actor=request.user)
        left = f" {len(undone.spared):,} of them were touched since and stay." if undone.spared else ""
        say_done(request, f"What {import_.file_name} brought is taken out again.{left}")

    return _after(request, import_id, step)


@writing
def stop(request: Signed, import_id: int) -> HttpResponse:
    """Let the import go no further; the next in line begins."""

    def step(import_: Import) -> None:
        service.stop(import_.pk, now=now(), actor=request.user)
        transaction.on_commit(hurry_next, robust=True)

    return _after(request, import_id, step)


@writing
def resume(request: Signed, import_id: int) -> HttpResponse:
    """Let an import that stopped go on where it was."""

    def step(import_: Import) -> None:
        service.resume(import_.pk)
        hurry(import_.pk)

    return _after(request, import_id, step)


def _after(request: Signed, import_id: int, step: Callable[[Import], None]) -> HttpResponse:
    """Take a step with an import, or say why not; its page then."""
    import_ = visible_import(request, import_id)
    try:
        _must_import(request)
        step(import_)
    except Refused as refused:
        messages.error(request, refused.detail)
    return redirect("import", import_.pk)


@writing
def for_real(request: Signed, import_id: int) -> HttpResponse:
    """After a check that went well: the same file, profile and answers, and this time it stays. 404 for what is no such check."""
    checked = get_object_or_404(
        imports_visible_to(request.user).filter(dry_run=True, state=Import.State.DONE), pk=import_id
    )
    try:
        with must_be_there(checked.file).open("rb") as file:
            import_ = service.start_import(
                kind=checked.kind, file=file, file_name=checked.file_name, profile=checked.profile,
                profile_name=checked.profile_name, answers=checked.decisions.get("answers", {}), now=now(), actor=request.user,
            )  # fmt: skip
    except Refused as refused:
        messages.error(request, refused.detail)
        return redirect("import", checked.pk)
    hurry(import_.pk)
    return redirect("import", import_.pk)


def _must_import(request: Signed) -> None:
    if not service.may_import(request.user):
        raise Refused("not_allowed", "Only people who see every lead and may write can import.", status=403)

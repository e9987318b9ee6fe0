"""The page on which a draft's terms are written: a plain form where the kind's terms allow one, else the document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from alignment.agreements.drafts import change_draft, upgraded
from alignment.agreements.entitlement import may_write
from alignment.agreements.kinds import Kind, find_kind
from alignment.agreements.models import Step, Version
from alignment.agreements.pages import terms_form
from alignment.agreements.pages.access import Signed, page, the_version
from alignment.agreements.pages.saying import expected, path_of
from alignment.agreements.pages.shapes import Record, shape_of
from alignment.agreements.terms import parse_terms
from alignment.clock import now
from alignment.refusals import FieldError, Refused
from alignment.ui.undo import say_done


@dataclass(frozen=True)
class Sent:
    """What was written: the document it means, or the text that is none, with what is wrong with it."""

    document: object
    text: str
    errors: Sequence[FieldError] = ()
    wrong: str = ""


@page
def edit(request: Signed, kind: str, key: str, number: int) -> HttpResponse:
    """Change a draft's terms. Kinds with an editor of their own have their page; ?as=document shows the JSON."""
    version, found = the_version(request, kind, key, number), find_kind(kind)
    if not may_write(request.user):
        raise Http404("There is no such page for who only reads.")
    if version.step != Step.DRAFT:
        return redirect(path_of(version))
    as_document = (request.POST if request.method == "POST" else request.GET).get("as") == "document"
    if found.edit_url and not as_document:
        return redirect(reverse(found.edit_url, kwargs={"key": key, "number": number}))
    shape = None if as_document else shape_of(found)
    if request.method != "POST":
        return _page(request, version, shape, Sent(upgraded(version), _pretty(upgraded(version))), version.revision)
    return _sent(request, version, found, shape)


def _sent(request: Signed, version: Version, kind: Kind[Any], shape: Record | None) -> HttpResponse:
    """What a button of the form means: rows change on the page only; the rest is saved, or refused beside its fields."""
    sent, do = _read(request, shape), request.POST.get("do", "save")
    revision = expected(request) or version.revision
    if do != "save" and shape is not None and isinstance(sent.document, dict):
        focus = terms_form.change_rows(shape, sent.document, do) if " " in do else ""
        return _page(request, version, shape, sent, revision, focus=focus)
    if sent.wrong:
        return _page(request, version, shape, sent, revision, status=422)
    try:
        change_draft(version.pk, by=request.user, now=now(), expected=revision, document=sent.document)
    except Refused as refused:
        return _refused(request, version, shape, sent, revision, refused)
    say_done(request, "Saved. Say why on this page, then propose it: until then nobody is told.")
    return redirect(path_of(version))


def _refused(
    request: Signed, version: Version, shape: Record | None, sent: Sent, revision: int, refused: Refused
) -> HttpResponse:
    if refused.status == 404:
        raise refused
    if refused.code == "version_changed":
        fresh = the_version(request, version.agreement.kind, version.agreement.key, version.number)
        messages.warning(
            request,
            "Somebody else saved this draft meanwhile. What you wrote is still here; saving now replaces theirs.",
        )
        return _page(request, fresh, shape, sent, fresh.revision, status=409)
    if refused.code == "not_a_draft":
        messages.error(request, refused.detail)
        return redirect(path_of(version))
    wrong = Sent(sent.document, sent.text, refused.errors, "" if refused.errors else refused.detail)
    return _page(request, version, shape, wrong, revision, status=422)


def _read(request: Signed, shape: Record | None) -> Sent:
    if shape is not None:
        try:
            return Sent(terms_form.read(shape, request.POST.dict()), "")
        except Refused as refused:
            return Sent(None, "", wrong=refused.detail)
    text = request.POST.get("document", "")
    try:
        return Sent(json.loads(text), text)
    except (ValueError, RecursionError) as error:
        where = f" Line {error.lineno}, column {error.colno}." if isinstance(error, json.JSONDecodeError) else ""
        return Sent(None, text, wrong=f"This is no JSON document.{where}")


def _page(
    request: Signed,
    version: Version,
    shape: Record | None,
    sent: Sent,
    revision: int,
    *,
    focus: str = "",
    status: int = 200,
) -> HttpResponse:
    kind = find_kind(version.agreement.kind)
    form = (
        terms_form.draw(shape, sent.document, sent.errors, focus) if shape and isinstance(sent.document, dict) else None
    )
    wrong = (
        [terms_form.Wrong(f"{error.field}: {error.detail}") for error in sent.errors]
        if form is None
        else terms_form.wrongs(form, sent.errors)
    )
    context = {
        "version": version,
        "kind": kind,
        "title": kind.title_of(version.agreement.key),
        "form": form,
        "text": sent.text,
        "wrong": [terms_form.Wrong(sent.wrong), *wrong] if sent.wrong else wrong,
        "revision": revision,
        "preview": _preview(kind, version, sent),
        "schema": "" if form else _pretty(kind.terms.model_json_schema(by_alias=True)),
        "has_form": form is None and (kind.edit_url is not None or shape_of(kind) is not None),
    }
    return render(request, "agreements/edit.html", context, status=status)


def _preview(kind: Kind[Any], version: Version, sent: Sent) -> list[str]:
    """What the terms as written say; what the draft says where they cannot be read yet."""
    try:
        return list(kind.say(version.agreement.key, parse_terms(kind, sent.document)))
    except Refused:
        return []


def _pretty(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)

"""The page of one version, from which both sides can decide: why, what changes, what it would have done, who signs."""

from __future__ import annotations

import json
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from alignment.agreements import selectors
from alignment.agreements.drafts import upgraded
from alignment.agreements.entitlement import may_write
from alignment.agreements.models import Step, Version
from alignment.agreements.pages.access import Signed, reading, the_version
from alignment.agreements.pages.differences import Change, changes
from alignment.agreements.pages.draft_form import DraftForm
from alignment.agreements.pages.evidence import evidence_of
from alignment.agreements.pages.options import options_of
from alignment.agreements.pages.saying import path_of
from alignment.agreements.pages.shown import Shown, shown
from alignment.agreements.pages.signers import signers
from alignment.agreements.pages.talk import threads_of
from alignment.clock import now

BIGGEST = 2**63 - 1


@reading
def show(request: Signed, kind: str, key: str, number: int) -> HttpResponse:
    """One version: a draft to finish, a proposal to decide on, or what became of it."""
    version = the_version(request, kind, key, number)
    return render(request, "agreements/version.html", context_of(request, version, now()))


@reading
def by_id(request: Signed, pk: int) -> HttpResponse:
    """The short address that messages lead to, however long the key: the same page."""
    found = selectors.versions(request.user).filter(pk=pk).first() if pk <= BIGGEST else None
    if found is None:
        raise Http404("There is no such version.")
    return redirect(path_of(found))


def context_of(request: Signed, version: Version, moment: datetime, form: DraftForm | None = None) -> dict[str, object]:
    """What the page shows; with `form`, a draft's form as it was sent and refused."""
    can_sign = signers()
    one = shown(version, moment, can_sign)
    before = selectors.baseline(version, moment)
    writes = may_write(request.user)
    options = options_of(request.user, one, can_sign, moment)
    return {
        "one": one,
        "version": version,
        "signatures": {signature.side: signature for signature in version.signatures.all()},
        "before": before,
        "changes": _changes(before, version),
        "options": options,
        "threads": threads_of(version),
        "evidence": evidence_of(version),
        "caveat": one.kind.caveat(version.agreement.key) if one.standing.state == "in_force" else None,
        "work": one.kind.work(version.pk) if one.standing.state == "in_force" else None,
        "writes": writes,
        "form": form or (DraftForm.of(version) if version.step == Step.DRAFT and writes else None),
        "document": json.dumps(upgraded(version), indent=2, ensure_ascii=False),
        "present": _present(one, before),
        "before_begins": _begins(before, moment),
    }


def _changes(before: Version | None, version: Version) -> list[Change]:
    return changes(selectors.difference(before, version)) if before else []


def _begins(before: Version | None, now: datetime) -> datetime | None:
    """From when what it is held against holds, where that is still to come."""
    standing = selectors.standing(before, now) if before else None
    return standing.since if standing and standing.state == "scheduled" else None


def _present(one: Shown, before: Version | None) -> bool:
    """Whether there is something to compare with on a page of its own."""
    return before is not None and before.pk != one.version.pk

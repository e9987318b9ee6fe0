"""What comes of saving? The draft as it now is, or why it cannot be: what is to be mended, or who was quicker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from alignment.agreements.drafts import change_draft, start_draft
from alignment.agreements.models import Step, Version
from alignment.agreements.terms import parse_terms
from alignment.people.models import User
from alignment.refusals import Refused
from leads.definitions.pages.judging import Judged, definition_of, the_kind
from leads.definitions.pages.showing import ident_of
from leads.definitions.terms import LeadDefinition


@dataclass(frozen=True)
class Mistake:
    """One thing to mend, with the place on the page."""

    name: str
    anchor: str
    text: str


@dataclass(frozen=True)
class Refusal:
    """Why nothing was saved. `fork`: it can be saved as a new draft instead."""

    text: str
    wrong: Sequence[Mistake] = ()
    fork: bool = False


@dataclass(frozen=True)
class Theirs:
    """Somebody else was quicker: what they changed, in words, and the revision that is there now."""

    changes: Sequence[str]
    revision: int


@dataclass(frozen=True)
class Saved:
    """The version that holds it now, or why it was not saved."""

    version: Version | None = None
    refusal: Refusal | None = None
    theirs: Theirs | None = None


def save(
    version: Version, judged: Judged, *, by: User, now: datetime, expected: int | None, began: object, anew: bool
) -> Saved:
    """Save what stands in the editor into the draft, or, if `anew`, into a new one."""
    if judged.problems or judged.document is None:
        return Saved(refusal=_to_mend(judged))
    try:
        if anew:
            kind, key = version.agreement.kind, version.agreement.key
            return Saved(start_draft(kind, key, judged.document, author=by, now=now, note=version.note))
        return Saved(change_draft(version.pk, by=by, now=now, expected=expected, document=judged.document))
    except Refused as refused:
        if refused.code == "version_changed":
            return _overtaken(version, began)
        if refused.status == 404 or refused.code == "may_not_write":
            raise
        return Saved(refusal=Refusal(refused.detail, fork=refused.code == "not_a_draft"))


def _to_mend(judged: Judged) -> Refusal:
    places = [one for some in judged.problems.values() for one in some]
    text = "Nothing was saved: one thing is still to be said or mended."
    if len(places) > 1:
        text = f"Nothing was saved: {len(places)} things are still to be said or mended."
    wrong = [Mistake(_name(one.place), f"at-{ident_of(one.place)}", one.text) for one in places[:10]]
    return Refusal(text, wrong)


def _name(place: str) -> str:
    head, *way = place.split(".")
    steps = ".".join(str(int(step) + 1) for step in way if step.isdecimal())
    return " ".join(filter(None, ({"c": "Criteria", "f": "Fit rule", "g": "Engagement rule"}.get(head, head), steps)))


def _overtaken(version: Version, began: object) -> Saved:
    """What is there now against what was opened; a draft that was proposed meanwhile stays as it is."""
    fresh = Version.objects.select_related("agreement", "author").get(pk=version.pk)
    if fresh.step != Step.DRAFT:
        return Saved(refusal=Refusal("This draft was proposed meanwhile, so its wording stays as it is.", fork=True))
    kind, now_there = the_kind(), definition_of(fresh)
    try:
        before = parse_terms(kind, began)
    except Refused:
        before = None
    if isinstance(before, LeadDefinition):
        return Saved(theirs=Theirs(list(kind.difference(before, now_there)), fresh.revision))
    return Saved(theirs=Theirs(list(kind.say(fresh.agreement.key, now_there)), fresh.revision))


def edit_path(version: Version) -> str:
    """The editor of a version."""
    return reverse("definitions:edit", args=[version.agreement.key, version.number])


def proposal_path(version: Version) -> str:
    """The page of a version."""
    return reverse("agreements:version", args=[version.agreement.kind, version.agreement.key, version.number])

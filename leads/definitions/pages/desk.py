"""What does the editor's page show? One context for the page, for the form alone, and for what stands beside it."""

from __future__ import annotations

import json
from datetime import datetime

from alignment.agreements.entitlement import may_write
from alignment.agreements.models import Step, Version
from alignment.agreements.terms import as_document, terms_of
from alignment.people.models import User
from leads.definitions.pages.asks import choices, kind_choices
from leads.definitions.pages.judging import Judged, as_text, definition_of, judge, the_kind
from leads.definitions.pages.opening import open_sheet
from leads.definitions.pages.posted import pairs_of
from leads.definitions.pages.posts import Post
from leads.definitions.pages.preview import Preview, preview_of
from leads.definitions.pages.queries.values import attribute_names
from leads.definitions.pages.saving import edit_path, proposal_path
from leads.definitions.pages.sheet import Sheet
from leads.definitions.pages.showing import Shower
from leads.definitions.pages.steps import Outcome

Context = dict[str, object]


def edits(user: User, version: Version) -> bool:
    """Whether this person may change this version."""
    return may_write(user) and version.step == Step.DRAFT


def opened(version: Version) -> Sheet:
    """The sheet of what a version says."""
    return open_sheet(definition_of(version))


def page_context(user: User, version: Version) -> Context:
    """What stands around the form."""
    key = version.agreement.key
    lead, company = ([one.value for one in attribute_names(user, owner)] for owner in ("lead", "company"))
    return {
        "version": version,
        "kind": version.agreement.kind,
        "key": key,
        "title": the_kind().title_of(key),
        "writes": edits(user, version),
        "is_draft": version.step == Step.DRAFT,
        "here": edit_path(version),
        "proposal": proposal_path(version),
        "choices": choices(lead, company, scores=True),
        "traits": choices(lead, company, scores=False),
        "kinds": kind_choices(),
    }


def sheet_context(version: Version, outcome: Outcome, post: Post | None, now: datetime) -> Context:
    """The form itself: its rows with what is wrong at each, what was just done, what it carries along."""
    judged = outcome.judged or judge(outcome.sheet, version.agreement.key, now)
    shower = Shower(outcome.sheet, judged.problems, outcome.focus, begins=outcome.begins)
    stored = json.dumps(as_document(terms_of(version)), ensure_ascii=False)
    return {
        "version": version,
        "here": edit_path(version),
        "criteria": shower.criteria(),
        "scores": [shower.fit(), shower.engagement()],
        "said": outcome.said,
        "undoable": outcome.undoable,
        "saved": outcome.saved,
        "refused": outcome.refused,
        "theirs": outcome.theirs,
        "revision": version.revision if outcome.revision is None else outcome.revision,
        "began": json.dumps(judged.document, ensure_ascii=False) if outcome.saved else post.began if post else stored,
        "before": outcome.before,
        "document_shown": outcome.document_shown,
        "document_text": as_text(judged.document) if outcome.typed is None else outcome.typed,
        "document_wrong": outcome.document_wrong,
        "lead": post.lead if post else "",
    }


def read_context(version: Version, now: datetime) -> Context:
    """The same for who only reads: rows in words, and the form's content for what stands beside them."""
    sheet = opened(version)
    shower = Shower(sheet, {})
    return {
        "criteria": shower.criteria(),
        "scores": [score for score in (shower.fit(), shower.engagement()) if score.rules],
        "pairs": pairs_of(sheet),
        "document_text": as_text(as_document(terms_of(version))),
    }


def beside(user: User, version: Version, judged: Judged, post: Post, now: datetime) -> Preview:
    """What stands beside the form."""
    return preview_of(user, version, judged, now=now, wish=post.wish, lead=post.lead)

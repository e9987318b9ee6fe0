"""How does a wording come to be? Drafts: written, changed, thrown away, or begun from an older version."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from alignment.agreements.dates import read_effective_from
from alignment.agreements.entitlement import as_they_are, require_writer
from alignment.agreements.kinds import Kind, Scope, find_kind
from alignment.agreements.models import Agreement, Step, Version
from alignment.agreements.terms import as_document, read_terms, terms_of
from alignment.agreements.texts import LONGEST_KEY, LONGEST_NOTE, storable, wrong
from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.refusals import Refused

__all__ = [
    "change_draft", "check_key", "check_revision", "discard_draft", "lock_agreement", "lock_version", "next_number",
    "read_effective_from", "restore", "start_draft", "title_of", "upgraded",
]  # fmt: skip


@again_after_deadlock
@transaction.atomic
def start_draft(
    kind_key: str,
    key: str,
    document: object,
    *,
    author: User | None,
    now: datetime,
    note: str = "",
    effective_from: datetime | None = None,
    review_by: date | None = None,
    restored_from: Version | None = None,
) -> Version:
    """A new draft of that agreement, which is made where it is not there yet. Refused: what is wrong with the terms."""
    if author is not None:
        require_writer(author)
    kind = find_kind(kind_key)
    check_key(kind, key)
    terms = read_terms(kind, document, scope=Scope(key, now))
    note = storable(note, field="note", longest=LONGEST_NOTE)
    agreement = lock_agreement(kind_key, key, now=now)
    if author is not None:
        require_writer(as_they_are(author))
    return Version.objects.create(
        agreement=agreement,
        number=next_number(agreement),
        terms=as_document(terms),
        schema=kind.schema,
        note=note,
        author=author,
        created_at=now,
        changed_at=now,
        effective_from=effective_from,
        review_by=review_by,
        restored_from=restored_from,
    )


def check_key(kind: Kind[Any], key: str) -> None:
    """Refused with `invalid_key` where there can be no agreement of that key."""
    if storable(key, field="key", longest=LONGEST_KEY) != key or not key:
        raise wrong("key", "invalid_key", "A key is a text without blanks around it.")
    if why := kind.key_error(key):
        raise wrong("key", "invalid_key", why)


@again_after_deadlock
@transaction.atomic
def change_draft(
    version_id: int,
    *,
    by: User,
    now: datetime,
    expected: int | None = None,
    document: object = None,
    note: str | None = None,
    effective_from: datetime | None = None,
    review_by: date | None = None,
    keep_dates: bool = True,
) -> Version:
    """Change a draft; what is left out (None) stays, dates too unless `keep_dates` is False.

    `expected` is the revision the caller saw: another one is refused with `version_changed` (412).
    """
    require_writer(by)
    version = lock_version(version_id)
    require_writer(as_they_are(by))
    check_revision(version, expected)
    if version.step != Step.DRAFT:
        raise Refused("not_a_draft", f"{title_of(version)} was proposed; start a new draft to change it.", status=409)
    kind = find_kind(version.agreement.kind)
    if document is not None:
        terms = read_terms(kind, document, scope=Scope(version.agreement.key, now))
        version.terms, version.schema = as_document(terms), kind.schema
    version.note = version.note if note is None else storable(note, field="note", longest=LONGEST_NOTE)
    if not keep_dates:
        version.effective_from, version.review_by = effective_from, review_by
    version.revision, version.changed_at = version.revision + 1, now
    version.save()
    return version


@again_after_deadlock
@transaction.atomic
def discard_draft(version_id: int, *, by: User, expected: int | None = None) -> None:
    """Throw a draft away for good, its backtests with it; what was said about it keeps it, and nothing takes its number."""
    require_writer(by)
    version = lock_version(version_id)
    require_writer(as_they_are(by))
    check_revision(version, expected)
    if version.step != Step.DRAFT:
        raise Refused(
            "not_a_draft", f"{title_of(version)} was proposed: it can be withdrawn, not thrown away.", status=409
        )
    if version.comments.exists():
        raise Refused(
            "has_comments", f"{title_of(version)} has comments, which stay. Leave it, or change it.", status=409
        )
    version.delete()


def restore(
    version: Version,
    *,
    by: User,
    now: datetime,
    note: str = "",
    effective_from: datetime | None = None,
    review_by: date | None = None,
) -> Version:
    """A new draft that says what an older version said; `is_a_draft` where that one is still being written."""
    if version.step == Step.DRAFT:
        raise Refused("is_a_draft", f"{title_of(version)} is a draft itself: change it, or propose it.", status=409)
    return start_draft(
        version.agreement.kind,
        version.agreement.key,
        upgraded(version),
        author=by,
        now=now,
        note=note or f"As version {version.number} had it.",
        effective_from=effective_from,
        review_by=review_by,
        restored_from=version,
    )


def upgraded(version: Version) -> object:
    """The document of a version in the present schema of its kind."""
    return as_document(terms_of(version))


def lock_agreement(kind: str, key: str, *, now: datetime) -> Agreement:
    """The agreement, made where it is missing and locked: whatever happens to its versions happens one after another."""
    found = Agreement.objects.select_for_update().filter(kind=kind, key=key).first()
    if found is None:
        try:
            with transaction.atomic():
                Agreement.objects.create(kind=kind, key=key, created_at=now)
        except IntegrityError:
            pass  # somebody made it at the same moment
        found = Agreement.objects.select_for_update().get(kind=kind, key=key)
    return found


def next_number(agreement: Agreement) -> int:
    """The number of a new version: never that of a draft that was thrown away. The caller has locked the agreement."""
    highest = agreement.versions.aggregate(number=Max("number"))["number"] or 0
    agreement.last_number = 1 + max(agreement.last_number, highest)  # what set-up laid in was not counted
    agreement.save(update_fields=["last_number"])
    return agreement.last_number


def lock_version(version_id: int) -> Version:
    """The version as it is once its agreement is locked; 404 where there is none."""
    agreement_id = Version.objects.filter(pk=version_id).values_list("agreement_id", flat=True).first()
    if agreement_id is None:
        raise Refused("not_found", "There is no such version.", status=404)
    Agreement.objects.select_for_update().get(pk=agreement_id)
    found = (
        Version.objects.select_related("agreement", "author__team", "proposed_by__team").filter(pk=version_id).first()
    )
    if found is None:
        raise Refused("not_found", "There is no such version.", status=404)
    return found


def check_revision(version: Version, expected: int | None) -> None:
    if expected is not None and expected != version.revision:
        raise Refused("version_changed", "This was changed meanwhile. Read it again, then change it.", status=412)


def title_of(version: Version) -> str:
    """`MQL definition, version 3`."""
    kind = find_kind(version.agreement.kind)
    return f"{kind.title_of(version.agreement.key)}, version {version.number},"

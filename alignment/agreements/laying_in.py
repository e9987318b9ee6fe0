"""What holds before anybody signed anything? What is laid in at set-up, from the beginning of time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alignment.agreements.drafts import check_key, lock_agreement, next_number
from alignment.agreements.kinds import Scope, find_kind
from alignment.agreements.models import Agreement, Step, Version
from alignment.agreements.periods import put_in_force
from alignment.agreements.terms import as_document, read_terms
from alignment.clock import BEGINNING
from alignment.refusals import Refused


def is_signed(kind_key: str, key: str) -> bool:
    """Whether people have decided on this agreement: from then on nothing is laid in any more."""
    return Version.objects.filter(
        agreement__kind=kind_key, agreement__key=key, step__in=[Step.SIGNED, Step.OVERRIDDEN]
    ).exists()


@transaction.atomic
def lay_in(kind_key: str, key: str, document: object, *, now: datetime) -> Version:
    """Let these terms hold from the beginning of time. What was laid in before is replaced; `signed_already` after that."""
    kind = find_kind(kind_key)
    check_key(kind, key)
    terms = read_terms(kind, document, scope=Scope(key, now))
    agreement: Agreement = lock_agreement(kind_key, key, now=now)
    if is_signed(kind_key, key):
        raise Refused("signed_already", "People have decided on this agreement: propose a change instead.", status=409)
    before = Version.objects.filter(agreement=agreement, step=Step.LAID_IN).first()
    if before is not None:
        Version.objects.filter(pk=before.pk).update(
            terms=as_document(terms), schema=kind.schema, changed_at=now, revision=before.revision + 1
        )
        kind.sealed(before.pk, terms, Scope(key, BEGINNING, settled_at=now))
        kind.begun(before.pk, terms, Scope(key, BEGINNING, settled_at=now))
        before.refresh_from_db()
        return before
    version = Version.objects.create(
        agreement=agreement,
        number=next_number(agreement),
        step=Step.LAID_IN,
        terms=as_document(terms),
        schema=kind.schema,
        created_at=now,
        changed_at=now,
        decided_at=now,
    )
    put_in_force(version, BEGINNING, now=now)
    return version

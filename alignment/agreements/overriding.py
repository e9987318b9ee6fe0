"""What may an operator do on their own? Put a version in force, with a reason that both sides see until they sign or it goes back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alignment.agreements import telling
from alignment.agreements.drafts import check_revision, lock_version, title_of
from alignment.agreements.entitlement import as_they_are, may_read, not_there
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import Scope, find_kind
from alignment.agreements.models import Override, Period, Step, Version
from alignment.agreements.periods import end_now, followed_by, put_in_force
from alignment.agreements.terms import read_terms
from alignment.agreements.texts import needed
from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.refusals import Refused

SAY_WHY = "An override needs a reason: both sides see it until they have signed."


@again_after_deadlock
@transaction.atomic
def override(version_id: int, *, by: User, reason: str, now: datetime, expected: int | None = None) -> Version:
    """Put a draft or a proposal in force at once, without signatures. Operators only, never without a reason."""
    _require_operator(by)
    reason = needed(reason, field="reason", why=SAY_WHY)
    version = lock_version(version_id)
    _require_operator(as_they_are(by))
    check_revision(version, expected)
    if version.step not in (Step.DRAFT, Step.PROPOSED):
        raise Refused("not_a_draft", f"{title_of(version)} is {version.get_step_display().lower()}.", status=409)
    agreement = version.agreement
    read_terms(find_kind(agreement.kind), version.terms, scope=Scope(agreement.key, now))
    present = in_force(agreement.kind, agreement.key, now)
    version.step, version.decided_by, version.decided_at, version.reason = Step.OVERRIDDEN, by, now, reason
    version.based_on_id = version.based_on_id or (present.version_id if present else None)
    version.revision, version.changed_at = version.revision + 1, now
    version.save()
    Override.objects.create(
        version=version, operator=by, at=now, reason=reason, replaced_id=present.version_id if present else None
    )
    period = put_in_force(version, now, now=now)
    telling.overridden(version, by=by, now=now)
    telling.comes_before(period, followed_by(period), by=by, now=now)
    return version


@again_after_deadlock
@transaction.atomic
def revert(version_id: int, *, by: User, now: datetime) -> Version | None:
    """Take an override back: what it replaced holds again from now on (None: nothing did).

    Refused with 409 and the kind's own code where that cannot hold again, since it does not know what happened meanwhile.
    """
    _require_operator(by)
    version = lock_version(version_id)
    _require_operator(as_they_are(by))
    made = Override.objects.filter(version=version).first()
    if made is None or made.reverted_at or made.regularised_at:
        raise Refused("no_override", f"{title_of(version)} is not an override that could be taken back.", status=409)
    period = Period.objects.filter(version=version, during__contains=now).first()
    if period is None:
        raise Refused("not_in_force", f"{title_of(version)} is not in force any more.", status=409)
    Override.objects.filter(pk=made.pk).update(reverted_at=now, reverted_by=by)
    if made.replaced is not None:
        back = _put_back(made.replaced, now)
        telling.comes_before(back, followed_by(back), by=by, now=now)
    else:
        end_now(period, now=now)
    telling.reverted(version, by=by, now=now)
    return made.replaced


def _put_back(version: Version, now: datetime) -> Period:
    try:
        return put_in_force(version, now, now=now)
    except Refused as refused:
        detail = (
            f"Version {version.number} cannot hold again as it is. {refused.detail} "
            "Override with a draft that says so, or propose one to both sides."
        )
        raise Refused(refused.code, detail, refused.errors, status=409) from refused


def _require_operator(user: User) -> None:
    if not may_read(user):
        raise not_there()
    if not user.is_staff:
        raise Refused("not_entitled", "Only an operator overrides an agreement.", status=403)

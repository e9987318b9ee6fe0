"""How does a proposal become what holds? Proposed, signed by each side it needs, rejected or withdrawn.

Every step locks the agreement first, so that steps taken at the same moment happen one after another, and the second
finds what the first left. What a version's last signature settles (from when it is in force) is settled in that
transaction.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alignment.agreements import telling
from alignment.agreements.drafts import TOLERANCE, check_revision, lock_version, title_of
from alignment.agreements.entitlement import may_withdraw, require_signer, require_writer, signs_for
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import Scope, find_kind
from alignment.agreements.models import Override, Signature, Step, Version
from alignment.agreements.periods import put_in_force
from alignment.agreements.terms import read_terms
from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.people.selectors import reporting_zone
from alignment.refusals import FieldError, Refused
from alignment.timezones import start_of_day


@again_after_deadlock
@transaction.atomic
def propose(version_id: int, *, by: User, now: datetime, expected: int | None = None) -> Version:
    """Put a draft before both sides; a lead who proposes signs for their side with it.

    Refused: `not_a_draft`, `proposal_open` (one at a time, named), `nothing_changes`, `effective_in_the_past`,
    `review_in_the_past`, and whatever is wrong with the terms by now.
    """
    require_writer(by)
    version = lock_version(version_id)
    check_revision(version, expected)
    if version.step != Step.DRAFT:
        raise Refused(
            "not_a_draft", f"{title_of(version)} is {version.get_step_display().lower()}, not a draft.", status=409
        )
    other = Version.objects.filter(agreement=version.agreement, step=Step.PROPOSED).first()
    if other is not None:
        raise Refused(
            "proposal_open",
            f"Version {other.number} is proposed already: decide on it or withdraw it first.",
            status=409,
        )
    kind, agreement = find_kind(version.agreement.kind), version.agreement
    terms = read_terms(kind, version.terms, scope=Scope(agreement.key, now))
    _check_dates(version, now)
    present = in_force(agreement.kind, agreement.key, now)
    if present is not None and present.terms == terms:
        raise Refused("nothing_changes", f"Version {present.number}, which is in force, says just this.", status=409)
    version.step, version.proposed_by, version.proposed_at = Step.PROPOSED, by, now
    version.based_on_id = present.version_id if present else None
    _save(version, now)
    telling.proposed(version, by=by, now=now)
    side = signs_for(by)
    if side in kind.sides:
        _sign(version, by, str(side), now)
    return version


@again_after_deadlock
@transaction.atomic
def sign(version_id: int, *, by: User, now: datetime, expected: int | None = None) -> Version:
    """Give a side's word; the last one needed settles from when the version is in force. Signing twice is once.

    Refused: `not_entitled` (403), `not_proposed`, `already_signed` (by another lead of that side), 412 where the caller
    looked at another revision.
    """
    version = lock_version(version_id)
    kind = find_kind(version.agreement.kind)
    side = require_signer(by, kind.sides)
    mine = version.signatures.filter(side=side).first()
    if mine is not None and mine.user_id == by.pk:
        return version
    check_revision(version, expected)
    if not _can_be_signed(version):
        raise Refused("not_proposed", f"{title_of(version)} is {in_words(version)}: it cannot be signed.", status=409)
    if mine is not None:
        raise Refused("already_signed", f"{mine.user} has signed for {side} already.", status=409)
    _sign(version, by, side, now)
    return version


@again_after_deadlock
@transaction.atomic
def reject(version_id: int, *, by: User, now: datetime, reason: str, expected: int | None = None) -> Version:
    """Say no for one's side, with the reason; nobody can sign it any more."""
    version = lock_version(version_id)
    require_signer(by, find_kind(version.agreement.kind).sides)
    check_revision(version, expected)
    return _end(
        version, Step.REJECTED, by, now, _needed(reason, "Say why: the other side will want to know what to change.")
    )


@again_after_deadlock
@transaction.atomic
def withdraw(version_id: int, *, by: User, now: datetime, reason: str = "", expected: int | None = None) -> Version:
    """Take a proposal back."""
    require_writer(by)
    version = lock_version(version_id)
    check_revision(version, expected)
    if not may_withdraw(by, version):
        raise Refused(
            "not_yours", "Only who proposed it, a lead of their side or an operator takes it back.", status=403
        )
    return _end(version, Step.WITHDRAWN, by, now, reason.strip())


def in_words(version: Version) -> str:
    """ "rejected", "put in force by an operator": the step of a version within a sentence."""
    return version.get_step_display().lower()


def _sign(version: Version, by: User, side: str, now: datetime) -> None:
    team = by.team
    if team is None:
        raise Refused("not_entitled", "Only a team lead signs.", status=403)
    Signature.objects.create(version=version, side=side, user=by, team=team, at=now)
    kind = find_kind(version.agreement.kind)
    missing = set(kind.sides) - set(version.signatures.values_list("side", flat=True))
    if missing:
        _save(version, now)
        telling.signed(version, by=by, side=side, missing=sorted(missing), now=now)
        return
    if version.step == Step.OVERRIDDEN:
        Override.objects.filter(version=version).update(regularised_at=now)
        _save(version, now)
        telling.regularised(version, by=by, now=now)
        return
    version.step, version.decided_by, version.decided_at = Step.SIGNED, by, now
    _save(version, now)
    period = put_in_force(version, max(version.effective_from or now, now), now=now)
    telling.agreed(version, by=by, since=period.since, now=now)


def _can_be_signed(version: Version) -> bool:
    if version.step == Step.OVERRIDDEN:
        return Override.objects.filter(version=version, regularised_at=None, reverted_at=None).exists()
    return version.step == Step.PROPOSED


def _end(version: Version, step: Step, by: User, now: datetime, reason: str) -> Version:
    if version.step != Step.PROPOSED:
        raise Refused("not_proposed", f"{title_of(version)} is {in_words(version)}, not proposed.", status=409)
    version.step, version.decided_by, version.decided_at, version.reason = step, by, now, reason
    _save(version, now)
    telling.ended(version, by=by, now=now)
    return version


def _save(version: Version, now: datetime) -> None:
    version.revision, version.changed_at = version.revision + 1, now
    version.save()


def _check_dates(version: Version, now: datetime) -> None:
    errors = []
    if version.effective_from is not None and version.effective_from < _start_of_today(now):
        errors.append(
            FieldError("effective_from", "effective_in_the_past", "It was to take effect on a day that is past.")
        )
    if version.review_by is not None and version.review_by <= now.date():
        errors.append(FieldError("review_by", "review_in_the_past", "The day to look at it again lies in the past."))
    if errors:
        raise Refused(errors[0].code, " ".join(error.detail for error in errors), errors)


def _start_of_today(now: datetime) -> datetime:
    zone = reporting_zone()
    return min(start_of_day(now.astimezone(zone).date(), zone), now - TOLERANCE)


def _needed(text: str, why: str) -> str:
    if not text.strip():
        raise Refused("reason_needed", why, [FieldError("reason", "required", why)])
    return text.strip()

"""How does a proposal become what holds? Proposed, signed by each side it needs, rejected or withdrawn.

Every step locks the agreement first, so that steps taken at the same moment happen one after another, and the second
finds what the first left; then the person, so that nobody signs who is not entitled to any more. What a version's last
signature settles (from when it is in force) is settled in that transaction.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alignment.agreements import telling
from alignment.agreements.dates import TOLERANCE, start_of_today, today
from alignment.agreements.drafts import check_revision, lock_version, title_of
from alignment.agreements.entitlement import as_they_are, may_withdraw, require_signer, require_writer, signs_for
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import Scope, find_kind
from alignment.agreements.models import Override, Period, Signature, Step, Version
from alignment.agreements.periods import followed_by, put_in_force
from alignment.agreements.terms import read_terms, terms_of
from alignment.agreements.texts import LONGEST_NOTE, needed, storable
from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.refusals import FieldError, Refused

SAY_WHY = "Say why: the other side will want to know what to change."


@again_after_deadlock
@transaction.atomic
def propose(version_id: int, *, by: User, now: datetime, expected: int | None = None) -> Version:
    """Put a draft before both sides; a lead who proposes signs for their side with it.

    Refused: `not_a_draft`, `proposal_open` (one at a time, named), `nothing_changes`, `effective_in_the_past`,
    `review_in_the_past`, and whatever is wrong with the terms by now.
    """
    require_writer(by)
    version = lock_version(version_id)
    by = as_they_are(by)
    require_writer(by)
    check_revision(version, expected)
    _check_proposable(version)
    kind, agreement = find_kind(version.agreement.kind), version.agreement
    terms = read_terms(kind, version.terms, scope=Scope(agreement.key, now))
    _check_dates(version, now)
    then = in_force(agreement.kind, agreement.key, max(version.effective_from or now, now))
    if then is not None and then.terms == terms:
        raise Refused("nothing_changes", f"Version {then.number}, which is in force then, says just this.", status=409)
    version.step, version.proposed_by, version.proposed_at = Step.PROPOSED, by, now
    version.based_on_id = then.version_id if then else None
    _save(version, now)
    side = signs_for(by)
    signs = side if side in kind.sides else None
    telling.proposed(version, by=by, signed_for=signs, now=now)
    if signs is not None:
        _sign(version, by, signs, now, tell=False)
    return version


@again_after_deadlock
@transaction.atomic
def sign(version_id: int, *, by: User, now: datetime, expected: int | None = None) -> Version:
    """Give a side's word; the last one needed settles from when the version is in force. Signing twice is once.

    Refused: `not_entitled` (403), `not_proposed`, `already_signed` (by another lead of that side),
    `signed_for_other_side` (a lead who changed sides since), what is wrong with the terms by now (409, by its own code),
    412 where the caller looked at another revision.
    """
    version = lock_version(version_id)
    by = as_they_are(by)
    side = require_signer(by, find_kind(version.agreement.kind).sides)
    given = {signature.side: signature for signature in version.signatures.select_related("user")}
    if side in given and given[side].user_id == by.pk and version.step not in (Step.REJECTED, Step.WITHDRAWN):
        return version
    check_revision(version, expected)
    if not _can_be_signed(version, now):
        raise Refused("not_proposed", f"{title_of(version)} is {in_words(version)}: it cannot be signed.", status=409)
    if side in given:
        raise Refused("already_signed", f"{given[side].user} has signed for {side} already.", status=409)
    for other, signature in given.items():
        if signature.user_id == by.pk:
            detail = f"You have signed this for {other}; nobody signs for two sides."
            raise Refused("signed_for_other_side", detail, status=409)
    if version.step == Step.PROPOSED:
        _require_possible(version, now)
    _sign(version, by, side, now)
    return version


@again_after_deadlock
@transaction.atomic
def reject(version_id: int, *, by: User, now: datetime, reason: str, expected: int | None = None) -> Version:
    """Say no for one's side, with the reason; nobody can sign it any more."""
    version = lock_version(version_id)
    by = as_they_are(by)
    require_signer(by, find_kind(version.agreement.kind).sides)
    check_revision(version, expected)
    return _end(version, Step.REJECTED, by, now, needed(reason, field="reason", why=SAY_WHY))


@again_after_deadlock
@transaction.atomic
def withdraw(version_id: int, *, by: User, now: datetime, reason: str = "", expected: int | None = None) -> Version:
    """Take a proposal back."""
    require_writer(by)
    version = lock_version(version_id)
    by = as_they_are(by)
    require_writer(by)
    check_revision(version, expected)
    if not may_withdraw(by, version):
        raise Refused(
            "not_yours", "Only who wrote or proposed it, a lead of their side or an operator takes it back.", status=403
        )
    return _end(version, Step.WITHDRAWN, by, now, storable(reason, field="reason", longest=LONGEST_NOTE))


def in_words(version: Version) -> str:
    """ "rejected", "put in force by an operator": the step of a version within a sentence."""
    return version.get_step_display().lower()


def _sign(version: Version, by: User, side: str, now: datetime, *, tell: bool = True) -> None:
    team = by.team
    if team is None:
        raise Refused("not_entitled", "Only a team lead signs.", status=403)
    Signature.objects.create(version=version, side=side, user=by, team=team, at=now)
    kind = find_kind(version.agreement.kind)
    missing = set(kind.sides) - set(version.signatures.values_list("side", flat=True))
    if missing:
        _save(version, now)
        if tell:
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
    telling.agreed(version, by=by, since=period.since, begun=period.begun_at is not None, now=now)
    telling.comes_before(period, followed_by(period), by=by, now=now)


def _require_possible(version: Version, now: datetime) -> None:
    """What was right when it was proposed may not be any more: what its terms name may have gone."""
    agreement = version.agreement
    errors = find_kind(agreement.kind).check(terms_of(version), Scope(agreement.key, now))
    if errors:
        said = " ".join(error.detail for error in errors)
        detail = f"This cannot be signed any more: {said} Withdraw it, or reject it, and propose one that fits."
        raise Refused(errors[0].code, detail, errors, status=409)


def _check_proposable(version: Version) -> None:
    if version.step != Step.DRAFT:
        raise Refused("not_a_draft", f"{title_of(version)} is {in_words(version)}, not a draft.", status=409)
    other = Version.objects.filter(agreement=version.agreement, step=Step.PROPOSED).first()
    if other is not None:
        detail = f"Version {other.number} is proposed already: decide on it or withdraw it first."
        raise Refused("proposal_open", detail, status=409)


def _can_be_signed(version: Version, now: datetime) -> bool:
    """A proposal can, and what an operator put in force, as long as it is."""
    if version.step != Step.OVERRIDDEN:
        return version.step == Step.PROPOSED
    open_override = Override.objects.filter(version=version, regularised_at=None, reverted_at=None)
    return open_override.exists() and Period.objects.filter(version=version, during__contains=now).exists()


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
    earliest = min(start_of_today(now), now - TOLERANCE)
    if version.effective_from is not None and version.effective_from < earliest:
        detail = "It was to take effect on a day that is past."
        errors.append(FieldError("effective_from", "effective_in_the_past", detail))
    if version.review_by is not None and version.review_by <= today(now):
        detail = "The day to look at it again must lie ahead."
        errors.append(FieldError("review_by", "review_in_the_past", detail))
    if errors:
        raise Refused(errors[0].code, " ".join(error.detail for error in errors), errors)

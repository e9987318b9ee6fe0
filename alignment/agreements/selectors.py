"""What is there to read about agreements? The only reader that pages, API and commands use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from alignment.agreements.entitlement import may_read, not_there
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import find_kind, kinds
from alignment.agreements.models import Agreement, Step, Version
from alignment.agreements.terms import terms_of
from alignment.people.models import Role, User
from alignment.people.selectors import Somebody
from alignment.refusals import Refused

PROPOSED, IN_FORCE, SUPERSEDED = "proposed", "in_force", "superseded"
TICK = timedelta(microseconds=1)
STATES = ("draft", PROPOSED, "scheduled", IN_FORCE, SUPERSEDED, "rejected", "withdrawn")


@dataclass(frozen=True)
class Standing:
    """How a version stands at an instant. `since`/`until`: its period that holds, else the next, else the last one.

    `scheduled`: signed by all, and takes effect later. `unsigned` are the sides whose signature is still needed: of a
    proposal, and of what an operator put in force as long as it is. `overridden`: it never got all signatures.
    """

    state: str
    since: datetime | None
    until: datetime | None
    unsigned: tuple[str, ...]
    overridden: bool


def agreements(user: Somebody) -> QuerySet[Agreement]:
    """Those that this person may read; what is of a kind that there is no more cannot be told."""
    return Agreement.objects.filter(kind__in=known()) if may_read(user) else Agreement.objects.none()


def versions(user: Somebody) -> QuerySet[Version]:
    """Their versions, with what a page shows of each, the latest first."""
    found = Version.objects.select_related(
        "agreement", "author", "proposed_by__team", "decided_by", "override__operator"
    )
    found = found.prefetch_related("signatures__user", "signatures__team", "periods")
    found = found.filter(agreement__kind__in=known()).order_by("agreement__kind", "agreement__key", "-number")
    return found if may_read(user) else found.none()


def known() -> list[str]:
    """The keys of the kinds there are."""
    return [kind.key for kind in kinds()]


def version(user: Somebody, kind: str, key: str, number: int) -> Version:
    """One version, or 404: `thrown_away` where it was a draft that is gone."""
    found = versions(user).filter(agreement__kind=kind, agreement__key=key, number=number).first()
    if found is not None:
        return found
    if number > 0 and agreements(user).filter(kind=kind, key=key, last_number__gte=number).exists():
        raise Refused("thrown_away", f"Version {number} was a draft, and was thrown away.", status=404)
    raise not_there()


def standing(version: Version, now: datetime) -> Standing:
    """How a version stands at `now`, from its step, signatures and periods as they were read with it."""
    needed = find_kind(version.agreement.kind).sides
    have = {signature.side for signature in version.signatures.all()}
    state, since, until = _state(version, now)
    made = getattr(version, "override", None) if version.step == Step.OVERRIDDEN else None
    overridden = made is not None and made.regularised_at is None and made.reverted_at is None
    waits = version.step == Step.PROPOSED or (overridden and state == IN_FORCE)
    unsigned = tuple(side for side in needed if side not in have) if waits else ()
    return Standing(state, since, until, unsigned, overridden)


def _state(version: Version, now: datetime) -> tuple[str, datetime | None, datetime | None]:
    if version.step not in (Step.SIGNED, Step.OVERRIDDEN, Step.LAID_IN):
        return version.step, None, None
    spans = sorted((p for p in version.periods.all() if not p.during.isempty), key=lambda p: p.since)
    for span in spans:
        if span.since <= now and (span.until is None or now < span.until):
            return IN_FORCE, span.since, span.until
    for span in spans:
        if span.since > now:
            return "scheduled", span.since, span.until
    return (SUPERSEDED, spans[-1].since, spans[-1].until) if spans else (SUPERSEDED, None, None)


def sentences(version: Version) -> list[str]:
    """What a version says, one sentence an item."""
    return list(find_kind(version.agreement.kind).say(version.agreement.key, terms_of(version)))


def difference(before: Version | None, after: Version) -> list[str]:
    """What `after` changes about `before`, in words; all that it says where there was nothing before."""
    if before is None:
        return sentences(after)
    return list(find_kind(after.agreement.kind).difference(terms_of(before), terms_of(after)))


def baseline(version: Version, now: datetime) -> Version | None:
    """What a version is held against: what will be in force when it takes effect, which may be settled for later; or,
    for what was decided, what that was when it was proposed."""
    state, since, _until = _state(version, now)
    if state in ("draft", PROPOSED, "scheduled"):
        effect = since - TICK if since else max(version.effective_from or now, now)
        replaced = in_force(version.agreement.kind, version.agreement.key, effect)
        wanted = replaced.version_id if replaced else None
    else:
        wanted = version.based_on_id
    return Version.objects.select_related("agreement").filter(pk=wanted).first() if wanted else None


def leads_of(sides: Iterable[str]) -> dict[str, list[str]]:
    """Who may sign for each of these sides: the labels of its leads."""
    found = User.objects.filter(is_active=True, role=Role.LEAD, team__side__in=sides).select_related("team")
    labels: dict[str, list[str]] = {side: [] for side in sides}
    for user in found.order_by("name", "id"):
        labels[str(user.side)].append(user.label)
    return labels

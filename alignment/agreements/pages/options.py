"""What can this person do with this version, and what exactly would each step do? Said before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.agreements.entitlement import may_withdraw, may_write, signs_for
from alignment.agreements.kinds import Scope
from alignment.agreements.models import Step
from alignment.agreements.pages.schedule import around, in_words
from alignment.agreements.pages.shown import Shown
from alignment.agreements.pages.signers import Signers, waiting
from alignment.agreements.terms import terms_of
from alignment.people.models import User


@dataclass(frozen=True)
class Options:
    """`side`: the one this person signs for here, else empty. `sign` and `propose` are the buttons' words, empty where
    they may not; `next` says what happens then, one sentence an item. `who` says who can sign, for those who cannot."""

    side: str
    sign: str
    propose: str
    rejects: bool
    withdraws: bool
    overrides: bool
    reverts: bool
    next: Sequence[str]
    who: str

    @property
    def any(self) -> bool:
        return bool(self.sign or self.rejects or self.withdraws or self.overrides or self.reverts)


def options_of(user: User, one: Shown, signers: Signers, now: datetime) -> Options:
    """What this person may do, as the services would judge it at this moment."""
    version, standing = one.version, one.standing
    side = signs_for(user) or ""
    side = side if side in one.kind.sides else ""
    signs = bool(side) and side in standing.unsigned
    proposed, draft = version.step == Step.PROPOSED, version.step == Step.DRAFT
    writes = may_write(user)
    return Options(
        side=side,
        sign=_sign_words(one, side, now) if signs else "",
        propose=_propose_words(one, side, now) if draft and writes else "",
        rejects=proposed and bool(side),
        withdraws=proposed and writes and may_withdraw(user, version),
        overrides=user.is_staff and (proposed or draft),
        reverts=user.is_staff and standing.overridden and standing.state == "in_force",
        next=_next(one, side if signs or draft else "", signers, now),
        who="" if signs or not standing.unsigned else "; ".join(f"{wait.side}: {wait.words}" for wait in one.waits),
    )


def _sign_words(one: Shown, side: str, now: datetime) -> str:
    if one.standing.overridden:
        return f"Sign for {side}"
    return f"Sign for {side}: {_effect(one, now)}" if _is_last(one, side) else f"Sign for {side}"


def _propose_words(one: Shown, side: str, now: datetime) -> str:
    if not side:
        return "Propose to both sides"
    if one.kind.sides == (side,):
        return f"Propose and sign for {side}: {_effect(one, now)}"
    return f"Propose, and sign for {side}"


def _is_last(one: Shown, side: str) -> bool:
    return not [other for other in one.standing.unsigned if other != side]


def _effect(one: Shown, now: datetime) -> str:
    later = one.version.effective_from
    return f"takes effect on {in_words(later)}" if later and later > now else "takes effect at once"


def _next(one: Shown, side: str, signers: Signers, now: datetime) -> list[str]:
    """What becomes of it, seen from where it stands."""
    version, standing = one.version, one.standing
    if version.step == Step.OVERRIDDEN and standing.overridden:
        mine = [f"You sign for {side}."] if side and side in standing.unsigned else []
        return [
            *mine,
            "It is in force already. Once both sides have signed, it is agreed like any other, and the mark goes.",
        ]
    if version.step not in (Step.DRAFT, Step.PROPOSED):
        return []
    needed = one.kind.sides if version.step == Step.DRAFT else standing.unsigned
    missing = [other for other in needed if other != side]
    said = [f"You sign for {side}{' by proposing' if version.step == Step.DRAFT else ''}."] if side else []
    if missing:
        said += [f"Then it waits for {wait.side}: {wait.words}." for wait in waiting(missing, signers)] if said else []
        later = version.effective_from and version.effective_from > now
        said.append(f"Once both have signed, it {_effect(one, now) if later else 'takes effect'}.")
    else:
        said.append(f"Yours is the last signature: it {_effect(one, now)}.")
    at_once = not missing and not (version.effective_from and version.effective_from > now)
    said += around(version, now, at_once=at_once)
    return [*said, *one.kind.follows(terms_of(version), Scope(version.agreement.key, now))]

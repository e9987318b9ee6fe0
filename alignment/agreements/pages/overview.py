"""What is agreed, what is open, and what waits for this person? The list of agreements, by kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from alignment.agreements import kinds, selectors
from alignment.agreements.dates import today
from alignment.agreements.entitlement import may_write, signs_for
from alignment.agreements.models import Agreement, Period, Step, Version
from alignment.agreements.pages.shown import Shown, shown
from alignment.agreements.pages.signers import signers
from alignment.agreements.reviews import AHEAD
from alignment.people.models import User


@dataclass(frozen=True)
class Row:
    """One agreement: what holds, what is settled to follow, what is proposed, who is drafting."""

    key: str
    title: str
    present: Shown | None
    scheduled: tuple[Shown, ...]
    proposal: Shown | None
    drafts: tuple[Shown, ...]
    review_due: bool


@dataclass(frozen=True)
class Suggestion:
    """An agreement that nobody has begun."""

    key: str
    title: str


@dataclass(frozen=True)
class Group:
    """A kind with its agreements, and those that could be begun."""

    kind: kinds.Kind[Any]
    rows: tuple[Row, ...]
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True)
class Todo:
    """Something that waits for who looks: to sign, to look at again, or to finish."""

    what: str
    shown: Shown
    sentence: str


@dataclass(frozen=True)
class Overview:
    todos: tuple[Todo, ...]
    groups: tuple[Group, ...]


def overview(user: User, now: datetime) -> Overview:
    """The whole list, with what waits for this person first."""
    versions, past = _that_matter(user, now), _ever_held()
    can_sign = signers()
    groups: list[Group] = []
    every: list[Shown] = []
    for kind in kinds.kinds():
        of_it = [version for version in versions if version.agreement.kind == kind.key]
        suggested = kind.keys()
        titles = kind.titles({*suggested, *past.get(kind.key, ()), *(version.agreement.key for version in of_it)})
        found = [one for one in (shown(version, now, can_sign, titles) for version in of_it) if _is_live(one)]
        groups.append(_group(kind, found, past.get(kind.key, ()), suggested, titles, now))
        every += found
    return Overview(tuple(_todos(user, sorted(every, key=_place), now)), tuple(groups))


def _that_matter(user: User, now: datetime) -> list[Version]:
    """Versions that hold or will, proposals and drafts; what is past is read on each agreement's own page."""
    holds = Period.objects.filter(Q(during__contains=now) | Q(during__startswith__gt=now)).values("version")
    return list(selectors.versions(user).filter(Q(step__in=[Step.DRAFT, Step.PROPOSED]) | Q(pk__in=holds)))


def _ever_held() -> dict[str, set[str]]:
    """The keys of each kind of which something was in force at some time."""
    found: dict[str, set[str]] = {}
    for kind, key in Agreement.objects.filter(periods__isnull=False).values_list("kind", "key").distinct():
        found.setdefault(kind, set()).add(key)
    return found


def _is_live(one: Shown) -> bool:
    return one.standing.state != "superseded"


def _place(one: Shown) -> tuple[str, str, int]:
    agreement = one.version.agreement
    return agreement.kind, agreement.key, -one.version.number


def _group(
    kind: kinds.Kind[Any],
    found: Sequence[Shown],
    past: Collection[str],
    suggested: Sequence[str],
    titles: Mapping[str, str],
    now: datetime,
) -> Group:
    by_key: dict[str, list[Shown]] = {key: [] for key in past}
    for one in found:
        by_key.setdefault(one.version.agreement.key, []).append(one)
    rows = (_row(key, titles[key], those, now) for key, those in by_key.items())
    free = tuple(Suggestion(key, titles[key]) for key in suggested if key not in by_key)
    return Group(kind, tuple(sorted(rows, key=lambda row: row.title)), free)


def _row(key: str, title: str, found: Sequence[Shown], now: datetime) -> Row:
    def those(state: str) -> tuple[Shown, ...]:
        return tuple(one for one in found if one.standing.state == state)

    present = next(iter(those("in_force")), None)
    return Row(
        key=key,
        title=title,
        present=present,
        scheduled=those("scheduled"),
        proposal=next(iter(those("proposed")), None),
        drafts=those("draft"),
        review_due=present is not None and review_is_due(present, now),
    )


def review_is_due(one: Shown, now: datetime) -> bool:
    """Whether a version in force is to be looked at again, or will be within a week."""
    return one.version.review_by is not None and one.version.review_by <= today(now) + AHEAD


def _todos(user: User, found: Sequence[Shown], now: datetime) -> list[Todo]:
    side = signs_for(user)
    to_sign = [
        Todo("sign", one, f"It waits for your signature for {side}.")
        for one in found
        if side is not None and side in one.standing.unsigned
    ]
    review = [
        Todo("review", one, "You agreed to look at it again: keep it, or propose what should change.")
        for one in found
        if may_write(user) and one.standing.state == "in_force" and review_is_due(one, now)
    ]
    mine = [
        Todo("draft", one, "Your draft. Only once it is proposed are both sides told.")
        for one in found
        if one.standing.state == "draft" and one.version.author_id == user.pk
    ]
    return [*to_sign, *review, *mine]

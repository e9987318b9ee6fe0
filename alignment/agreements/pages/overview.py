"""What is agreed, what is open, and what waits for this person? The list of agreements, by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from alignment.agreements import kinds, selectors
from alignment.agreements.entitlement import may_write, signs_for
from alignment.agreements.models import Agreement, Period, Step
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
    found = _that_matter(user, now)
    groups = tuple(_group(kind, [one for one in found if one.kind is kind], now) for kind in kinds.kinds())
    return Overview(tuple(_todos(user, found, now)), groups)


def _that_matter(user: User, now: datetime) -> list[Shown]:
    """Versions that hold or will, proposals and drafts; what is past is read on each agreement's own page."""
    holds = Period.objects.filter(Q(during__contains=now) | Q(during__startswith__gt=now)).values("version")
    matter = Q(step__in=[Step.DRAFT, Step.PROPOSED]) | Q(pk__in=holds)
    known = [kind.key for kind in kinds.kinds()]
    can_sign = signers()
    versions = selectors.versions(user).filter(matter, agreement__kind__in=known)
    return [
        one for one in (shown(version, now, can_sign) for version in versions) if one.standing.state != "superseded"
    ]


def _group(kind: kinds.Kind[Any], found: Sequence[Shown], now: datetime) -> Group:
    by_key: dict[str, list[Shown]] = {}
    for one in found:
        by_key.setdefault(one.version.agreement.key, []).append(one)
    past = Agreement.objects.filter(kind=kind.key, periods__isnull=False).values_list("key", flat=True)
    for key in past.distinct():
        by_key.setdefault(key, [])
    rows = tuple(sorted((_row(kind, key, by_key[key], now) for key in by_key), key=lambda row: row.title))
    suggested = kind.keys()
    free = tuple(Suggestion(key, kind.title_of(key)) for key in suggested if key not in by_key)
    return Group(kind, rows, free)


def _row(kind: kinds.Kind[Any], key: str, found: Sequence[Shown], now: datetime) -> Row:
    def those(state: str) -> tuple[Shown, ...]:
        return tuple(one for one in found if one.standing.state == state)

    present = next(iter(those("in_force")), None)
    return Row(
        key=key,
        title=kind.title_of(key),
        present=present,
        scheduled=those("scheduled"),
        proposal=next(iter(those("proposed")), None),
        drafts=those("draft"),
        review_due=present is not None and review_is_due(present, now),
    )


def review_is_due(one: Shown, now: datetime) -> bool:
    """Whether a version in force is to be looked at again, or will be within a week."""
    return one.version.review_by is not None and one.version.review_by <= (now + AHEAD).date()


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

"""Who is told what, when something happens to an agreement? Rows for the outbox, in the transaction of what happened.

Everybody of both sides finds it in the product; by mail it goes to those who must act or took part: both sides' leads, the
author, the proposer, and who commented.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.db.models import Q

from alignment.agreements.entitlement import both_teams
from alignment.agreements.kinds import find_kind
from alignment.agreements.models import Comment, Signature, Version
from alignment.outbox.posting import Message, Recipient, post
from alignment.people.models import Role, User
from alignment.people.selectors import reporting_zone


def proposed(version: Version, *, by: User, now: datetime) -> None:
    text = f"{by} proposes a change. Have a look at what changes and what it would have done, then sign or say why not."
    _tell(version, "proposed", f"{_title(version)} is proposed", text, by, now)


def signed(version: Version, *, by: User, side: str, missing: list[str], now: datetime) -> None:
    text = f"{by} signed for {side}. Still to sign: {' and '.join(missing)}."
    _tell(version, f"signed:{side}", f"{_title(version)}: signed for {side}", text, by, now)


def agreed(version: Version, *, by: User, since: datetime, now: datetime) -> None:
    when = "It is in force now." if since <= now else f"It takes effect on {_moment(since, reporting_zone())}."
    _tell(version, "agreed", f"{_title(version)} is agreed", f"Both sides have signed. {when}", by, now)


def ended(version: Version, *, by: User, now: datetime) -> None:
    word = version.get_step_display().lower()
    why = f": {version.reason}" if version.reason else "."
    _tell(version, word, f"{_title(version)} was {word}", f"{by} has {word} it{why}"[:1_000], by, now)


def overridden(version: Version, *, by: User, now: datetime) -> None:
    text = f"{by} put it in force without signatures: {version.reason} It stays marked until both sides sign or it is taken back."
    _tell(version, "overridden", f"{_title(version)} was put in force by an operator", text[:1_000], by, now)


def regularised(version: Version, *, by: User, now: datetime) -> None:
    _tell(
        version,
        "regularised",
        f"{_title(version)} is agreed",
        "Both sides have signed what an operator had put in force.",
        by,
        now,
    )


def reverted(version: Version, *, by: User, now: datetime) -> None:
    _tell(
        version,
        "reverted",
        f"{_title(version)} was taken back",
        f"{by} took the override back; what held before holds again.",
        by,
        now,
    )


def commented(version: Version, comment: Comment, *, now: datetime) -> None:
    author = comment.author
    _tell(version, f"comment:{comment.pk}", f"{author} on {_title(version)}", comment.body[:300], author, now)


def review_due(version: Version, *, now: datetime) -> None:
    text = f"You agreed to look at it again by {version.review_by:%-d %B %Y}. Keep it, or propose what should change."
    _tell(version, "review", f"Time to look at {_title(version)} again", text, None, now)


def participants(version: Version) -> Q:
    """Who gets a mail: they must act, or took part."""
    people = {version.author_id, version.proposed_by_id}
    people |= set(Signature.objects.filter(version=version).values_list("user_id", flat=True))
    people |= set(Comment.objects.filter(version=version).values_list("author_id", flat=True))
    return Q(role=Role.LEAD) | Q(pk__in=[pk for pk in people if pk])


def path_of(version: Version) -> str:
    """The page where one decides on this version."""
    agreement = version.agreement
    return f"/agreements/{agreement.kind}/{quote(agreement.key, safe='')}/{version.number}/"


def _tell(version: Version, what: str, title: str, text: str, by: User | None, now: datetime) -> None:
    message = Message(key=f"agreement:{version.pk}:{what}", title=title[:200], text=text, path=path_of(version))
    took_part = Q(pk__in=[pk for pk in (version.author_id, version.proposed_by_id) if pk])
    everybody = User.objects.filter(both_teams() | took_part, is_active=True)
    told = everybody.exclude(pk=by.pk) if by else everybody
    mailed = told.filter(participants(version)).distinct()
    post(message, to=_recipients(told.exclude(pk__in=mailed.values("pk")).distinct(), with_mail=False), now=now)
    post(message, to=_recipients(mailed, with_mail=True), now=now)


def _recipients(people: Iterable[User], *, with_mail: bool) -> list[Recipient]:
    return [Recipient(user.pk, user.email if with_mail and user.may_sign_in else None) for user in people]


def _title(version: Version) -> str:
    return f"{find_kind(version.agreement.kind).title_of(version.agreement.key)} v{version.number}"


def _moment(when: datetime, zone: ZoneInfo) -> str:
    return f"{when.astimezone(zone):%-d %B %Y, %H:%M}"

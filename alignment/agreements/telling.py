"""Who is told what, when something happens to an agreement? Rows for the outbox, in the transaction of what happened.

Everybody of both sides finds it in the product; by mail it goes to those who must act or took part: both sides' leads, the
author, the proposer, the operator who put it in force, and who signed or commented. Who did it is not told what they did,
and who may not read agreements any more is told nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from alignment.agreements.entitlement import both_teams, readers
from alignment.agreements.kinds import find_kind
from alignment.agreements.models import Comment, Period, Signature, Version
from alignment.outbox.posting import Message, Recipient, post
from alignment.people.models import Role, User
from alignment.people.selectors import reporting_zone


def proposed(version: Version, *, by: User, signed_for: str | None, now: datetime) -> None:
    """A lead who proposes has signed for their side: one message says both."""
    who = f"{by} proposes a change and has signed it for {signed_for}." if signed_for else f"{by} proposes a change."
    text = f"{who} Have a look at what changes and what it would have done, then sign or say why not."
    _tell(version, "proposed", f"{_title(version)} is proposed", text, by, now)


def signed(version: Version, *, by: User, side: str, missing: list[str], now: datetime) -> None:
    text = f"{by} signed for {side}. Still to sign: {' and '.join(missing)}."
    _tell(version, f"signed:{side}", f"{_title(version)}: signed for {side}", text, by, now)


def agreed(version: Version, *, by: User, since: datetime, begun: bool, now: datetime) -> None:
    when = "It is in force now." if begun else f"It takes effect on {_moment(since, reporting_zone())}."
    text = f"{_who_signed(version)} {when}"
    _tell(version, "agreed", f"{_title(version)} is agreed", text, by, now)


def comes_before(period: Period, following: Version | None, *, by: User, now: datetime) -> None:
    """Who signed a version for later is told when what it will replace is another one by now."""
    version = period.version
    if following is None or following.pk == version.pk:
        return
    text = (
        f"{by} settled that {_title(version)} holds until it begins: what you signed replaces that one now. "
        "Have a look at what it changes."
    )
    key = f"agreement:{following.pk}:after:{period.pk}"
    message = Message(
        key, f"What {_title(following)} replaces has changed", text, path_of(following), topic="agreements"
    )
    signed = User.objects.filter(readers(), pk__in=Signature.objects.filter(version=following).values("user"))
    post(message, to=_recipients(signed.exclude(pk=by.pk), with_mail=True), now=now)


def ended(version: Version, *, by: User, now: datetime) -> None:
    word = version.get_step_display().lower()
    why = f": {version.reason}" if version.reason else "."
    _tell(version, word, f"{_title(version)} was {word}", f"{by} has {word} it{why}", by, now)


def overridden(version: Version, *, by: User, now: datetime) -> None:
    text = (
        f"{by} put it in force without all signatures. It stays marked until both sides sign or it is taken back. "
        f"The reason: {version.reason}"
    )
    _tell(version, "overridden", f"{_title(version)} was put in force by an operator", text, by, now)


def regularised(version: Version, *, by: User, now: datetime) -> None:
    text = f"{_who_signed(version)} An operator had put it in force; now it is agreed."
    _tell(version, "regularised", f"{_title(version)} is agreed", text, by, now)


def reverted(version: Version, *, by: User, now: datetime) -> None:
    text = f"{by} took the override back; what held before holds again."
    _tell(version, "reverted", f"{_title(version)} was taken back", text, by, now)


def commented(version: Version, comment: Comment, *, now: datetime) -> None:
    author = comment.author
    _tell(version, f"comment:{comment.pk}", f"{author} on {_title(version)}", comment.body[:300], author, now)


def review_due(version: Version, *, now: datetime) -> None:
    text = f"You agreed to look at it again by {version.review_by:%-d %B %Y}. Keep it, or propose what should change."
    _tell(version, "review", f"Time to look at {_title(version)} again", text, None, now)


def participants(version: Version) -> Q:
    """Who gets a mail: they must act, or took part."""
    people = {version.author_id, version.proposed_by_id, version.decided_by_id}
    people |= set(Signature.objects.filter(version=version).values_list("user_id", flat=True))
    people |= set(Comment.objects.filter(version=version).values_list("author_id", flat=True))
    return Q(role=Role.LEAD) | Q(pk__in=[pk for pk in people if pk])


def path_of(version: Version) -> str:
    """The page where one decides on this version, by an address that stays short whatever the key."""
    return f"/agreements/version/{version.pk}/"


def _tell(version: Version, what: str, title: str, text: str, by: User | None, now: datetime) -> None:
    message = Message(
        key=f"agreement:{version.pk}:{what}", title=title, text=text, path=path_of(version), topic="agreements"
    )
    took_part = Q(pk__in=[pk for pk in (version.author_id, version.proposed_by_id, version.decided_by_id) if pk])
    everybody = User.objects.filter(both_teams() | took_part).filter(readers())
    told = everybody.exclude(pk=by.pk) if by else everybody
    mailed = told.filter(participants(version)).distinct()
    post(message, to=_recipients(told.exclude(pk__in=mailed.values("pk")).distinct(), with_mail=False), now=now)
    post(message, to=_recipients(mailed, with_mail=True), now=now)


def _recipients(people: Iterable[User], *, with_mail: bool) -> list[Recipient]:
    return [Recipient(user.pk, user.email if with_mail and user.may_sign_in else None) for user in people]


def _who_signed(version: Version) -> str:
    sides = find_kind(version.agreement.kind).sides
    return "Both sides have signed." if len(sides) > 1 else f"{sides[0].capitalize()} has signed."


def _title(version: Version) -> str:
    return f"{find_kind(version.agreement.kind).title_of(version.agreement.key)} v{version.number}"


def _moment(when: datetime, zone: ZoneInfo) -> str:
    return f"{when.astimezone(zone):%-d %B %Y, %H:%M}"

"""Which channels of chats get our messages? Operators say so for everybody, leads for their own team; the only writer of channels.

The address of a channel is kept and never shown again: whoever knows it can write there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from alignment.outbox.chat.addresses import TITLES, Address, read
from alignment.outbox.chat.hosts import where_is
from alignment.outbox.chat.sending import NotTaken, Words, send
from alignment.outbox.models import NAME_LENGTH, Channel, Chat
from alignment.outbox.topics import TOPICS
from alignment.outbox.wording import LINE, fit
from alignment.refusals import FieldError, Refused

if TYPE_CHECKING:
    from alignment.people.models import User

SWITCHED_OFF = "The channel was switched off."


@dataclass(frozen=True)
class Wish:
    """What a channel is to be. `url` empty: the address it has. `team_id` None: everybody's."""

    name: str
    url: str
    team_id: int | None
    wants: Sequence[str]
    active: bool = True


def visible_to(user: User) -> QuerySet[Channel]:
    """All for operators, those of their team for its leads, none for everybody else."""
    channels = Channel.objects.select_related("team").order_by("name", "pk")
    if user.is_operator:
        return channels
    return channels.filter(team=user.team_id) if is_lead(user) else channels.none()


def may_manage(user: User) -> bool:
    """Whether the page about channels is theirs to open."""
    return user.is_operator or is_lead(user)


def is_lead(user: User) -> bool:
    return user.role == "lead" and user.team_id is not None


def address_of(channel: Channel) -> Address | None:
    """What may be shown of its address."""
    return read(channel.url)


def add_channel(wish: Wish, *, by: User, now: datetime) -> Channel:
    """A new channel; all that is wrong with it is named at once."""
    inside = _checked(wish, by=by, kept=None)
    try:
        with transaction.atomic():
            return Channel.objects.create(
                name=_clean(wish.name), url=wish.url.strip(), team_id=wish.team_id, wants=_topics(wish),
                active=wish.active, inside=inside, created_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise _taken(wish.name) from None


def change_channel(channel: Channel, wish: Wish, *, by: User, now: datetime, expected: int | None = None) -> None:
    """Make it what is wished. Switched off, it gets nothing more: what waits for it is given up."""
    inside = _checked(wish, by=by, kept=channel)
    try:
        with transaction.atomic():
            found = Channel.objects.select_for_update().get(pk=channel.pk)
            if expected is not None and found.version != expected:
                raise Refused(
                    "version_changed", "This was changed meanwhile. Read it again, then change it.", status=412
                )
            Channel.objects.filter(pk=channel.pk).update(
                name=_clean(wish.name), url=wish.url.strip() or found.url, team_id=wish.team_id, wants=_topics(wish),
                active=wish.active, inside=inside, version=found.version + 1,
            )  # fmt: skip
            if not wish.active:
                waiting = Chat.objects.filter(channel=channel.pk, sent_at=None, given_up_at=None)
                waiting.update(given_up_at=now, lease_until=None, last_error=SWITCHED_OFF)
    except IntegrityError:
        raise _taken(wish.name) from None


def remove_channel(channel: Channel) -> None:
    """It is gone with its address and what was to be said there."""
    channel.delete()


def send_test(channel: Channel, *, by: User, now: datetime) -> None:
    """Say at once in the channel that it works; refused with `not_taken` and the reason where it does not. In no transaction."""
    words = Words(
        f"test-{channel.pk}-{now.timestamp()}",
        "Alignment can write here",
        f"{by} sent this test of the channel {channel}.",
    )
    try:
        send(channel.url, words, inside=channel.inside)
    except NotTaken as why:
        raise Refused("not_taken", f"The test did not arrive: {why}", status=422) from why
    Channel.objects.filter(pk=channel.pk).update(failing_since=None, last_error="")


def _checked(wish: Wish, *, by: User, kept: Channel | None) -> bool:
    """Whether its host may be one of our own network; refused with everything that is wrong."""
    errors = [*_name_errors(wish), *_team_errors(wish, by), *_topic_errors(wish)]
    address_errors: list[FieldError] = []
    inside = bool(kept and kept.inside)
    if wish.url.strip() or kept is None:
        address_errors, inside = _address_errors(wish.url.strip(), by)
    if errors or address_errors:
        errors += address_errors
        status = 403 if any(error.code == "not_yours" for error in errors) else 400
        raise Refused(errors[0].code, errors[0].detail, errors, status=status)
    return inside


def _name_errors(wish: Wish) -> list[FieldError]:
    if not _clean(wish.name):
        return [FieldError("name", "required", "A channel needs a name.")]
    if len(_clean(wish.name)) > NAME_LENGTH:
        return [FieldError("name", "too_long", f"A name has up to {NAME_LENGTH} characters.")]
    return []


def _team_errors(wish: Wish, by: User) -> list[FieldError]:
    if not by.is_operator and not (is_lead(by) and wish.team_id == by.team_id):
        return [FieldError("team", "not_yours", "Leads manage the channels of their own team, operators all others.")]
    teams = apps.get_model("people", "Team")._default_manager
    if wish.team_id is not None and not teams.filter(pk=wish.team_id).exists():
        return [FieldError("team", "unknown_team", "There is no such team.")]
    return []


def _topic_errors(wish: Wish) -> list[FieldError]:
    unknown = sorted(set(wish.wants) - set(TOPICS))
    if unknown:
        return [
            FieldError(
                "wants", "unknown_topic", f"There is no topic {', '.join(unknown)}; there are {', '.join(TOPICS)}."
            )
        ]
    return [] if wish.wants else [FieldError("wants", "required", "Choose what the channel is told.")]


def _address_errors(url: str, by: User) -> tuple[list[FieldError], bool]:
    address = read(url)
    if address is None:
        kinds = ", ".join(TITLES.values())
        detail = f"This is no address of a webhook. Copy it from where the chat shows it ({kinds}), with https://."
        return [FieldError("url", "unknown_address", detail)], False
    where = "outside" if address.fixed else where_is(address.host, address.port)
    if where == "nowhere":
        return [FieldError("url", "no_such_place", f"Nothing is sent to {address.host}.")], False
    if where == "inside" and not by.is_operator:
        detail = f"{address.host} lies in our own network: an operator may add this channel."
        return [FieldError("url", "inside_network", detail)], False
    return [], by.is_operator


def _topics(wish: Wish) -> list[str]:
    return [topic for topic in TOPICS if topic in wish.wants]


def _clean(name: str) -> str:
    return " ".join(fit(name, len(name) + 1, LINE).split())


def _taken(name: str) -> Refused:
    detail = f"There is a channel called “{_clean(name)}” already."
    return Refused("name_taken", detail, [FieldError("name", "name_taken", detail)], status=409)

"""How is one message handed to a chat? By the library apprise, which knows how each wants it; nobody else calls it.

What the library logs may hold the address, which is secret: it is read here for its reason and goes nowhere else.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

import apprise
from apprise.logger import LogCapture
from apprise.plugins.base import NotifyBase
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.mattermost import NotifyMattermost
from apprise.plugins.slack import NotifySlack
from apprise.plugins.workflows import NotifyWorkflows
from django.conf import settings

from alignment.outbox.chat.addresses import Address, read
from alignment.outbox.chat.hosts import where_is

PLUGINS: dict[str, type[NotifyBase]] = {
    "slack": NotifySlack,
    "teams": NotifyWorkflows,
    "discord": NotifyDiscord,
    "mattermost": NotifyMattermost,
    "json": NotifyJSON,
}
TIMEOUT_SECONDS = 5.0
LOUD = re.compile(r"@(?=(?:everyone|here|channel|all)\b)", re.IGNORECASE)
STATUS = re.compile(r"error=(\d{3})")

for talkative, level in {"apprise": logging.WARNING, "urllib3": logging.ERROR, "requests": logging.ERROR}.items():
    logging.getLogger(talkative).setLevel(level)  # what they say below that holds addresses
logging.getLogger("apprise").propagate = False
logging.getLogger("apprise").addHandler(logging.NullHandler())


class NotTaken(Exception):
    """The far side did not take it; the sentence says why, and never the address."""


@dataclass(frozen=True)
class Words:
    """What is said: plain text. `key` names it, for systems that want to know whether they had it before."""

    key: str
    title: str
    text: str


def send(url: str, words: Words, *, inside: bool) -> None:
    """Hand it over; `NotTaken` where the far side does not say that it has it."""
    address = read(url)
    if address is None:
        raise NotTaken("The address is none that a chat hands out.")
    _allowed(address, inside=inside)
    plugin = _plugin(address)
    if isinstance(plugin, NotifyJSON):
        plugin.headers = {**plugin.headers, "Idempotency-Key": words.key}
    with LogCapture(level=logging.WARNING, fmt="%(message)s") as said:  # type: ignore[no-untyped-call]
        try:
            taken = plugin.notify(
                title=_quiet(words.title),
                body=_quiet(words.text),
                notify_type=apprise.NotifyType.INFO,
                body_format=apprise.NotifyFormat.TEXT,
            )
        except (
            Exception
        ) as error:  # whatever goes wrong with one chat holds up no other; its words may hold the address
            raise NotTaken(f"It cannot be sent: {type(error).__name__}.") from None
        why = said.getvalue()
    if not taken:
        status = STATUS.search(why)
        raise NotTaken(
            f"{address.host} answered {status[1]}." if status else f"{address.host} did not answer in time, or closed."
        )


def _allowed(address: Address, *, inside: bool) -> None:
    """Asked at each sending: what a name stands for may change."""
    if address.fixed:
        return
    where = where_is(address.host, address.port)
    if where == "nowhere" or (where == "inside" and not inside):
        raise NotTaken(f"{address.host} lies in our own network: only a channel that an operator saved goes there.")
    if where == "unknown":
        raise NotTaken(f"There is no host {address.host}.")


def _plugin(address: Address) -> NotifyBase:
    """Made of its own class: to look it up by name, the library would load all of the hundred services that it knows."""
    made, target = PLUGINS[address.kind], _timed(address.target)
    read_by = made.parse_native_url if target.startswith("https:") else made.parse_url
    facts = read_by(target)
    if not facts:
        raise NotTaken("The address is none that a chat hands out.")
    try:
        plugin: NotifyBase = made(**facts, asset=_asset())
    except TypeError:  # so it says that a part is none that the chat hands out; its words may hold the address
        raise NotTaken("The address is none that a chat hands out.") from None
    return plugin


def _timed(target: str) -> str:
    return f"{target}{'&' if '?' in target else '?'}cto={TIMEOUT_SECONDS}&rto={TIMEOUT_SECONDS}"


def _asset() -> apprise.AppriseAsset:
    return apprise.AppriseAsset(
        app_id="Alignment", app_desc="Alignment", app_url=settings.PUBLIC_URL, http_redirects=False, secure_logging=True,
        plugin_paths=None, storage_mode="memory",
    )  # fmt: skip


def _quiet(text: str) -> str:
    """Nobody's words call a whole channel, or become a link that reads otherwise than it leads."""
    return LOUD.sub("@\u200b", text).replace("<", "‹").replace(">", "›")

"""How is one message handed to a chat? By the library apprise, which knows how each wants it; nobody else calls it.

What the library logs may hold the address, which is secret: it is read here for its reason and goes nowhere else.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

import apprise
from apprise.logger import LogCapture
from django.conf import settings

from alignment.outbox.chat.addresses import Address, read
from alignment.outbox.chat.hosts import where_is

TIMEOUT_SECONDS = 5.0
LOUD = re.compile(r"@(?=everyone|here|channel|all)", re.IGNORECASE)
STATUS = re.compile(r"error=(\d{3})")

logging.getLogger("apprise").propagate = False
logging.getLogger("apprise").addHandler(logging.NullHandler())
for talkative in ("urllib3", "requests"):
    logging.getLogger(talkative).setLevel(logging.ERROR)


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
    plugin = apprise.Apprise.instantiate(_timed(address.target), asset=_asset())
    if plugin is None:
        raise NotTaken("The address is none that a chat hands out.")
    if address.kind == "json":
        plugin.headers = {**plugin.headers, "Idempotency-Key": words.key}
    with LogCapture(level=logging.WARNING, fmt="%(message)s") as said:
        taken = plugin.notify(
            title=_quiet(words.title),
            body=_quiet(words.text),
            notify_type=apprise.NotifyType.INFO,
            body_format=apprise.NotifyFormat.TEXT,
        )
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

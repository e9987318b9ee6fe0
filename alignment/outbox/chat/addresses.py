"""Which chat does a webhook's address belong to, and how is it called there? Addresses as chats hand them out, nothing else.

An address opens a channel to whoever knows it. Only its kind and host are ever shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

LONGEST = 2_000
LASTING = {"sig", "sp", "sv", "api-version"}
"""What the address of a workflow says after the question mark, and what of it is passed on."""


@dataclass(frozen=True)
class Address:
    """`target` is what the library is called with; `fixed`: the host is the chat's own, out on the internet."""

    kind: str
    title: str
    host: str
    port: int
    fixed: bool
    target: str

    @property
    def shown(self) -> str:
        """`Slack (hooks.slack.com)`: all that may be seen of it."""
        return f"{self.title} ({self.host})"


@dataclass(frozen=True)
class Service:
    """One chat: how its addresses look (host and path), and how the library names them."""

    key: str
    title: str
    hosts: str
    path: str
    fixed: bool
    target: Callable[[SplitResult, re.Match[str]], str]


def _secret(parts: SplitResult, secure: str, plain: str) -> str:
    return secure if parts.scheme == "https" else plain


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port else host


def _workflow(parts: SplitResult, _path: re.Match[str]) -> str:
    kept = {name: value for name, value in parse_qsl(parts.query) if name in LASTING}
    return f"https://{_host(parts)}{parts.path}?{urlencode({**kept, 'image': 'no'})}"


def _json(parts: SplitResult, _path: re.Match[str]) -> str:
    sent = "&".join(f"-{quote(name, safe='')}={quote(value, safe='')}" for name, value in parse_qsl(parts.query))
    return f"{_secret(parts, 'jsons', 'json')}://{_host(parts)}{parts.path}" + (f"?{sent}" if sent else "")


SERVICES = (
    Service(
        "slack", "Slack", r"hooks\.slack(-gov)?\.com", r"/services/[A-Z0-9]+/[A-Z0-9]+/[A-Za-z0-9]+/?", True,
        lambda parts, _path: f"https://{parts.hostname}{parts.path}?image=no&footer=no",
    ),
    Service(
        "teams", "Microsoft Teams", r"[a-z0-9.-]+\.(logic\.azure\.com|powerplatform\.com)",
        r"(/powerautomate/automations/direct(/cu/\d+)?)?/workflows/[A-Za-z0-9_-]+/triggers/manual/paths/invoke/?", True, _workflow,
    ),
    Service(
        "discord", "Discord", r"discord(app)?\.com", r"/api/webhooks/\d+/[A-Za-z0-9_-]+/?", True,
        lambda parts, _path: f"https://discord.com{parts.path}?avatar=no&image=no&footer=no",
    ),
    Service(
        "mattermost", "Mattermost", r".+", r"(?P<before>/.*)?/hooks/(?P<token>[a-z0-9]{20,40})/?", False,
        lambda parts, path: (
            f"{_secret(parts, 'mmosts', 'mmost')}://{_host(parts)}{path['before'] or ''}/{path['token']}?image=no"
        ),
    ),
    Service("json", "JSON", r".+", r"(/[A-Za-z0-9._~%/-]*)?", False, _json),
)  # fmt: skip
TITLES: Mapping[str, str] = {service.key: service.title for service in SERVICES}


def read(url: str) -> Address | None:
    """What an address says; None where no chat hands out such a one."""
    parts = _parts(url)
    if parts is None:
        return None
    host = parts.hostname or ""
    for service in SERVICES:
        path = re.fullmatch(service.path, parts.path)
        if path and re.fullmatch(service.hosts, host) and not (service.fixed and parts.scheme != "https"):
            port = parts.port or (443 if parts.scheme == "https" else 80)
            return Address(service.key, service.title, host, port, service.fixed, service.target(parts, path))
    return None


def _parts(url: str) -> SplitResult | None:
    """A web address without a name and password, and without a fragment: what is after it would be shown nowhere."""
    if len(url) > LONGEST or not url.isprintable() or " " in url or not url.isascii():
        return None
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if sound and "@" not in parts.netloc and not parts.fragment else None

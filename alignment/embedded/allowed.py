"""Which values may a variable of the environment have?

One parser a kind of value, for `environment.py`: the parsed value, or a ValueError whose message
says what is allowed.
"""

import ipaddress
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from alignment.embedded.home import ROOT

SHORTEST_SECRET = 32
EMAIL_SCHEMES = ("smtp", "smtps", "smtp+tls", "smtp+ssl", "filemail", "consolemail", "memorymail", "dummymail")
POSTGRES_PROGRAMS = ("postgres", "initdb", "pg_dump", "pg_restore")
HOST_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.?")


def host(value: str) -> str:
    """An address or a host name to listen on."""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        if HOST_NAME.fullmatch(value) and not re.fullmatch(r"[\d.]+", value):
            return value
    raise ValueError("an IP address or a host name to listen on, such as 127.0.0.1 or 0.0.0.0")


def port(value: str) -> int:
    """A port's number."""
    if value.isascii() and value.isdigit() and 1 <= int(value) <= 65535:
        return int(value)
    raise ValueError("a port number from 1 to 65535")


def folder(value: str) -> Path:
    """A folder, there or not; relative to the project."""
    if "\0" in value or "\n" in value:
        raise ValueError("the path of a folder")
    return Path(os.path.normpath(ROOT / Path(value).expanduser()))


def database_url(value: str) -> str:
    """PostgreSQL's address; nothing means the embedded one."""
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme in {"postgres", "postgresql"} and parts.path.strip("/"):
        return value
    raise ValueError("postgres://USER:PASSWORD@HOST:PORT/NAME, or nothing for the embedded database")


def replica_url(value: str) -> str:
    """The address of a PostgreSQL that follows the first one; nothing means that there is none."""
    parts = urlsplit(value)
    if not value or (parts.scheme in {"postgres", "postgresql"} and parts.path.strip("/")):
        return value
    raise ValueError("postgres://USER:PASSWORD@HOST:PORT/NAME of a streaming replica, or nothing where there is none")


def redis_url(value: str) -> str:
    """The address of a Redis or Valkey; nothing means the embedded one."""
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme in {"redis", "rediss"} and parts.hostname and re.fullmatch(r"/?\d*", parts.path):
        return value
    raise ValueError("redis://HOST:PORT/N or rediss://HOST:PORT/N, or nothing for the embedded server")


def switch(value: str) -> bool:
    """On or off."""
    if value in {"0", "1"}:
        return value == "1"
    raise ValueError("0 or 1")


def public_url(value: str) -> str:
    """Where people reach the product: scheme, host and port, no path."""
    allowed = "http://HOST or https://HOST, with :PORT where it is not the usual one, and no path"
    parts = urlsplit(value.rstrip("/"))
    try:
        sound = parts.port is None or parts.port > 0
    except ValueError:
        sound = False
    plain = not (parts.path or parts.query or parts.fragment or parts.username)
    if sound and plain and parts.scheme in {"http", "https"} and parts.hostname and host(parts.hostname):
        return value.rstrip("/")
    raise ValueError(allowed)


def secret_key(value: str) -> str:
    """A key long enough to sign with."""
    if not value or len(value) >= SHORTEST_SECRET:
        return value
    raise ValueError(f"at least {SHORTEST_SECRET} characters, or nothing for one of our own making")


def timezone(value: str) -> str:
    """A zone that has rules."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("a name of the time zone database, such as UTC or Europe/Berlin") from None
    return value


def currency(value: str) -> str:
    """A currency's code."""
    if re.fullmatch(r"[A-Z]{3}", value):
        return value
    raise ValueError("three capital letters of ISO 4217, such as EUR")


def email_url(value: str) -> str:
    """A way for mail to leave."""
    if urlsplit(value).scheme in EMAIL_SCHEMES:
        return value
    raise ValueError(f"an address that starts with one of {', '.join(f'{scheme}://' for scheme in EMAIL_SCHEMES)}")


def moment(value: str) -> datetime | None:
    """An instant; without an offset it is UTC."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("an instant such as 2026-01-31T09:00:00Z") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def pg_bin(value: str) -> Path | None:
    """A folder that holds all of PostgreSQL's programs that are used."""
    if not value:
        return None
    folder = Path(value).expanduser().resolve()
    missing = [name for name in POSTGRES_PROGRAMS if not os.access(folder / name, os.X_OK)]
    if not missing:
        return folder
    raise ValueError(f"a folder with PostgreSQL's programs ({', '.join(missing)} not found there)")

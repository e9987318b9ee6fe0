"""A wrong value of the environment is refused with its name, itself, and what is allowed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alignment.embedded.environment import VARIABLES, WrongSetting, read_environment
from alignment.embedded.home import ROOT

ANY_DATABASE = "postgres://someone:hidden@db.example/alignment"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"ALIGNMENT_HOME": str(tmp_path)}


def test_nothing_set_means_the_documented_defaults(home: dict[str, str], tmp_path: Path) -> None:
    read = read_environment(home)
    assert (read.host, read.port, read.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert (read.demo, read.reporting_timezone, read.reporting_currency, read.now) == (True, "UTC", "EUR", None)
    assert (read.embedded_database, read.embedded_broker, read.pg_bin) == (True, True, None)
    assert read.email_url == f"filemail://{tmp_path}/mail"
    assert read.data == ROOT.parent / "shared" / "data"
    assert read_environment({**home, "PORT": " "}).port == 8000


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("HOST", "not a host", "an IP address or a host name"),
        ("HOST", "300.1.1.1", "an IP address or a host name"),
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "65536", "from 1 to 65535"),
        ("PORT", "٨٠٠٠", "from 1 to 65535"),
        ("DEMO", "yes", "0 or 1"),
        ("PUBLIC_URL", "alignment.example", "http://HOST or https://HOST"),
        ("PUBLIC_URL", "https://alignment.example/path", "http://HOST or https://HOST"),
        ("PUBLIC_URL", "https://alignment.example:none", "http://HOST or https://HOST"),
        ("DATABASE_URL", "sqlite:///file", "postgres://USER:PASSWORD@HOST:PORT/NAME"),
        ("DATABASE_URL", "postgres://host", "postgres://USER:PASSWORD@HOST:PORT/NAME"),
        ("REDIS_URL", "http://host", "redis://HOST:PORT/N"),
        ("SECRET_KEY", "short", "at least 32 characters"),
        ("REPORTING_TIMEZONE", "Mars/Olympus", "Europe/Berlin"),
        ("REPORTING_TIMEZONE", "../etc/passwd", "Europe/Berlin"),
        ("REPORTING_CURRENCY", "euro", "three capital letters"),
        ("EMAIL_URL", "pigeon://loft", "smtp://"),
        ("ALIGNMENT_NOW", "soon", "2026-01-31T09:00:00Z"),
        ("PG_BIN", "/nowhere", "a folder with PostgreSQL's programs"),
    ],
)
def test_a_wrong_value_is_refused(home: dict[str, str], name: str, value: str, allowed: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        read_environment({**home, name: value})
    assert refused.value.name == name
    assert name in str(refused.value)
    assert allowed in str(refused.value)


def test_what_is_secret_is_not_repeated(home: dict[str, str]) -> None:
    with pytest.raises(WrongSetting) as refused:
        read_environment({**home, "DATABASE_URL": "mysql://someone:hidden@db.example/alignment"})
    assert "hidden" not in str(refused.value)
    assert "mysql://someone:…@db.example" in str(refused.value)


def test_the_clock_is_not_moved_over_a_real_database(home: dict[str, str]) -> None:
    moved = {**home, "ALIGNMENT_NOW": "2026-01-31T10:00:00+01:00"}
    assert read_environment(moved).now == datetime(2026, 1, 31, 9, tzinfo=UTC)
    with pytest.raises(WrongSetting, match="real database"):
        read_environment({**moved, "DATABASE_URL": ANY_DATABASE})


def test_a_cache_that_is_cleared_takes_no_jobs_with_it(home: dict[str, str]) -> None:
    real = read_environment({**home, "DATABASE_URL": ANY_DATABASE, "REDIS_URL": "redis://:pw@cache.example:6379/4"})
    assert real.broker_url == "redis://:pw@cache.example:6379/4"
    assert real.redis_url == "redis://:pw@cache.example:6379/5"
    assert (real.embedded_database, real.embedded_broker) == (False, False)


def test_the_secret_key_is_made_once_for_its_owner_alone(home: dict[str, str], tmp_path: Path) -> None:
    first, second = read_environment(home).secret_key, read_environment(home).secret_key
    assert first == second
    assert len(first) > 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    given = "x" * 32
    assert read_environment({**home, "SECRET_KEY": given}).secret_key == given


def test_the_operators_page_lists_every_variable_and_no_other() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    table = page.split("## Environment", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row[1])} == {one.name for one in VARIABLES}

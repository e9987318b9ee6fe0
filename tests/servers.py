"""Which servers do the tests run on?

Embedded ones of their own, in a home of their own, shared by all workers and by any other test
run on this checkout at the same time. A pytest plugin (`-p tests.servers` in pyproject.toml),
since the settings must not be read before the environment says where the servers are.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from alignment.embedded.environment import VARIABLES, read_environment
from alignment.embedded.home import ROOT, Home
from alignment.embedded.lease import borrowed_servers

TEST_HOME = ROOT / "var" / "tests"
LEFT_ALONE = {"ALIGNMENT_DATA", "PG_BIN"}
SESSION = "ALIGNMENT_TEST_SESSION"
"""Tells the databases of one test run from those of another; its workers inherit it."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Before Django's settings are read: point the environment at the test servers, and have them run."""
    for variable in VARIABLES:
        if variable.name not in LEFT_ALONE:
            os.environ.pop(variable.name, None)
    os.environ["ALIGNMENT_HOME"] = str(TEST_HOME)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the tests' own thread
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ[SESSION] = str(os.getpid())
        lease = ExitStack()
        lease.enter_context(borrowed_servers(read_environment(os.environ), durable=False))
        early_config.add_cleanup(lease.close)
    return (yield)


def worker_number() -> int:
    """0 without workers, else 1, 2, …"""
    name = os.environ.get("PYTEST_XDIST_WORKER", "")
    return int(name.removeprefix("gw")) + 1 if name else 0


def pytest_configure() -> None:
    """Give each worker a cache that it may clear, and pages that need no collected files."""
    from django.conf import settings

    home = Home(TEST_HOME)
    cache = 2 + (int(os.environ[SESSION]) * 8 + worker_number()) % 250
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": f"unix://{home.sockets}/valkey.sock?db={cache}"}
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow on purpose are only real ones
    settings.STATIC_ROOT.mkdir(exist_ok=True)

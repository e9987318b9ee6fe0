"""What every test may ask for: a database, real data, and a browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from alignment.embedded.environment import read_environment
from alignment.ui.exports import sending
from tests.chromium import FLAGS, HOW, find_chromium
from tests.databases import use_copies_of_the_template

NO_REAL_DATA = "real data is absent"

Lasting = Callable[[], AbstractContextManager[None]]

settings.register_profile(
    "alignment",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("anew", settings.get_profile("alignment"), derandomize=False)
settings.load_profile("alignment")  # the same examples each time; `--hypothesis-profile=anew` draws others


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--write-query-counts`: the baseline of tests/queries is written anew, from what the pages take now."""
    parser.addoption("--write-query-counts", action="store_true", help="write tests/query_counts.json anew")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker: DjangoDbBlocker) -> None:
    """Each worker's database is a copy of one that was migrated once."""
    with django_db_blocker.unblock():
        use_copies_of_the_template()


@pytest.fixture(scope="session")
def lasting(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Lasting:
    """`with lasting():` in a fixture of a module: what is laid in there lasts for its tests, and what a test does to it is undone."""

    @contextmanager
    def until_the_fixture_ends() -> Iterator[None]:
        with django_db_blocker.unblock():
            with connection.cursor() as cursor:
                cursor.execute(
                    "VACUUM"
                )  # what was undone before lies in the tables still, and every scan would read it
            with transaction.atomic():
                yield
                transaction.set_rollback(True)

    return until_the_fixture_ends


@pytest.fixture(autouse=True)
def _every_place_for_files_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that an earlier test asked for and did not read to its end holds up none of this one's."""
    monkeypatch.setattr(sending, "_places", BoundedSemaphore(sending.AT_ONCE))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real data (`ALIGNMENT_DATA`); without it the test is skipped, and counted at the end."""
    folder = read_environment(os.environ).data
    if not folder.is_dir():
        pytest.skip(f"{NO_REAL_DATA}: there is no folder {folder}")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was not tried for want of data."""
    skipped = [report for report in terminalreporter.getreports("skipped") if NO_REAL_DATA in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests skipped: {NO_REAL_DATA}; set ALIGNMENT_DATA to its folder.")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, with the flags that it needs in a sandbox without a screen or a network."""
    program = find_chromium()
    if program is None:
        pytest.fail(HOW)
    return {"executable_path": program, "args": list(FLAGS), "headless": True}


@pytest.fixture(scope="session")
def chromium(browser: Browser) -> Browser:
    """A running Chromium; `page` and `context` of pytest-playwright are made in it, `live_server` is beside it."""
    return browser

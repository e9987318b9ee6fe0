"""A browser on a running product with the small company in it; whatever a page does wrong is noted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from alignment.people.models import User
from tests.clocks import present_is
from tests.company import company
from tests.world import NOW, Cast

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs a loop of its own beside the tests

Open = Callable[..., Page]
PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture
def people(live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The company's cast, at NOW; style sheets and scripts come as they were built."""
    settings.STORAGES = {**django_settings.STORAGES, "staticfiles": PLAIN_FILES}
    present_is(NOW, monkeypatch)
    return company()


@pytest.fixture
def mishaps() -> list[str]:
    """What went wrong in the browser: errors in the console, broken rules of the content policy, requests to other hosts."""
    return []


@pytest.fixture
def opened(chromium: Browser, live_server: LiveServer, mishaps: list[str]) -> Iterator[Open]:
    """`opened(user, width=…, dark=…)`: a page of somebody who is signed in (None: a stranger)."""
    contexts: list[BrowserContext] = []

    def open_page(user: User | None = None, *, width: int = 1280, dark: bool = False, **options: Any) -> Page:
        scheme: Literal["dark", "light"] = "dark" if dark else "light"
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies(
                [{"name": django_settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(15_000)
        note_mishaps(page, live_server.url, mishaps)
        return page

    yield open_page
    for context in contexts:
        context.close()


def session_of(user: User) -> str:
    """The key of a session in which `user` is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = django_settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def note_mishaps(page: Page, home: str, mishaps: list[str]) -> None:
    page.on(
        "console",
        lambda said: mishaps.append(f"{page.url}: {said.text}") if said.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: mishaps.append(f"{page.url}: {error}"))
    page.on(
        "request",
        lambda request: (
            mishaps.append(f"{page.url} asks {request.url}")
            if not request.url.startswith((home, "data:", "blob:"))
            else None
        ),
    )

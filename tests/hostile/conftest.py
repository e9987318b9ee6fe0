"""The browser on a running product, for strings that should not run in it."""

from __future__ import annotations

from tests.browser.conftest import mishaps, opened, people

__all__ = ["mishaps", "opened", "people"]

"""The cast, a browser for each of them, and uploads in a folder of their own."""

from __future__ import annotations

from tests.leads.imports.conftest import uploads
from tests.leads.pages.conftest import browse, people

__all__ = ["browse", "people", "uploads"]

"""The homes of tests of the embedded servers, for tests that break more of it."""

from __future__ import annotations

from tests.embedded.conftest import company, company_model, empty_model

__all__ = ["company", "company_model", "empty_model"]

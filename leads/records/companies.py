"""Which company is behind a lead or a deal? The only writer of companies."""

from __future__ import annotations

from collections.abc import Mapping

from leads.records.models import Company

EDITABLE = ("name", "domain", "industry", "employees", "annual_revenue", "country", "attributes")


def add_company(fields: Mapping[str, object], *, scope: int = 0) -> Company:
    """Make a company by hand or over the API: `EDITABLE`, `system` and `external_id`."""
    raise NotImplementedError


def edit_company(company: Company, changes: Mapping[str, object], *, expected_version: int | None = None) -> Company:
    """Change fields of `EDITABLE`; another version than expected is refused with `version_changed` (412)."""
    raise NotImplementedError

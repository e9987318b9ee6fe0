"""Every report is told: what it means, and what its JSON says, key by key."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS

DOCS = Path(settings.ROOT) / "docs"
TOLD = ("attribution", "leakage", "trail", "sla", "acceptance", "gap", "pace", "paths", "money")


@pytest.mark.parametrize("key", REPORTS)
def test_a_report_has_a_section_about_its_figures(key: str) -> None:
    figures, api = ((DOCS / name).read_text() for name in ("figures.md", "api.md"))
    assert re.search(rf"^## {REPORTS[key].title}$", figures, re.MULTILINE)
    assert f"`{key}`" in api


@pytest.mark.django_db
@pytest.mark.parametrize("key", TOLD)
def test_every_key_of_leakage_and_of_reports_about_handoffs_is_told(key: str) -> None:
    params = read_params({"start": ["2024-01-01"], "end": ["2024-02-01"]}, now=datetime(2026, 1, 1, tzinfo=UTC))
    document = REPORTS[key].run(params, None)
    [row] = [line for line in (DOCS / "api.md").read_text().splitlines() if line.startswith(f"| `{key}` |")]
    told = document.keys() - params.heading().keys()
    groups = document.get("groups") or [{}]
    percentiles = {name for name in groups[0] if re.search(r"_p(75|90)_seconds$", name)}
    share = document["rate"] if key == "leakage" else {}
    for name in [*told, *share, *(groups[0].keys() - percentiles)]:
        assert f'"{name}"' in row, name

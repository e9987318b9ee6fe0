"""Every page with a list lets it be taken as a file. A page that is new is named here, or this fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver

from leads.exports.kinds import TAKEN_OUT
from leads.models import Lead
from tests.leads.exports.taking import csv_rows, sent, workbook_rows
from tests.leads.exports.world_to_take import company
from tests.leads.imports.bringing import LEADS, bring

pytestmark = pytest.mark.django_db

YEAR = "start=2024-01-01&end=2025-01-01"
REPORTS = (
    "funnel",
    "flow",
    "velocity",
    "cohorts",
    "survival",
    "leakage",
    "trail",
    "sla",
    "acceptance",
    "gap",
    "pace",
    "paths",
    "money",
    "attribution",
)
LISTS: dict[str, tuple[str, ...]] = {
    "leads": ("/leads/?stage=mql&order=name",),
    "lead": ("/leads/{lead}/",),
    "inbox": ("/inbox/",),
    "returned": ("/returned/",),
    "receivers": ("/receivers/",),
    "duplicates": ("/duplicates/", "/duplicates/?state=merged"),
    "imports": ("/import/",),
    "import": ("/import/{import}/",),
    "campaigns": ("/campaigns/", "/campaigns/?order=name"),
    "leakage": ("/leakage/", "/leakage/?order=value"),
    "explore": (f"/explore/?{YEAR}&by=source&compare=source",),
    "my-leads": (f"/my-leads/?{YEAR}&whose=all",),
    "report": tuple(f"/reports/{key}/?{YEAR}" for key in REPORTS),
    "leads-behind": (f"/reports/leads/?{YEAR}&measure=reached&stage=mql",),
    "changes-behind": (f"/reports/changes/?{YEAR}&entered=mql",),
    "report-behind": tuple(
        f"/reports/{key}/behind/?{YEAR}"
        for key in ("trail", "sla", "acceptance", "gap", "pace", "paths", "attribution")
    ),
    "metric-catalogue": ("/metrics/", "/metrics/?search=rate"),
    "metric": (f"/metrics/leads_created/?{YEAR}&by=source", f"/metrics/conversion.mql/?{YEAR}&compare=on"),
    "metric-behind": (f"/metrics/touches/behind/?{YEAR}", f"/metrics/acceptance_rate/behind/?{YEAR}&part=under"),
    "kpis": ("/kpis/", "/kpis/?side=sales"),
    "kpi-targets": ("/kpis/targets/?of=goal&amount=1000&period=2025-Q1",),
    "people:people": ("/people/",),
    "people:keys": ("/people/keys/",),
    "agreements:list": ("/agreements/",),
    "agreements:agreement": ("/agreements/funnel/default/",),
    "outbox:notices": ("/notices/",),
    "outbox:channels": ("/channels/",),
}
"""Pages with a list, each with addresses of it. Those behind backtests are held where backtests are."""
BACKTESTS = {"definitions:backtest-list", "handoff-rules:backtest-list"}
FILES = {
    "export", "import-errors", "import-example", "lead-export", "report-csv", "digest-pdf",
    "definitions:backtest-csv", "handoff-rules:backtest-csv",
}  # fmt: skip
NO_LISTS = {
    "kpi", "kpi-baseline", "kpi-edit", "journey", "freshness", "scores", "digest", "digest-week", "healthz", "readyz",
    "metrics", "campaign", "dashboard", "now", "exports", "lead-new", "lead-edit", "lead-routing", "handoff", "handoff-why",
    "handoff-pass-on", "duplicates-compare", "gap-draft", "outbox:new-channel", "outbox:channel", "outbox:notice",
    "people:set-up", "people:first-steps", "people:invite", "people:company", "people:new-team", "people:team",
    "people:undo", "people:person", "people:account", "agreements:by-id", "agreements:work", "agreements:choose",
    "agreements:compare", "agreements:version", "agreements:edit", "agreements:evidence", "definitions:edit",
    "definitions:preview", "definitions:values", "definitions:suggest", "definitions:suggestion", "handoff-rules:edit",
    "handoff-rules:preview", "handoff-rules:values", "import-draft", "import-draft-check", "import-profiles",
    "import-profile", "import-row",
}  # fmt: skip
"""One thing at a time, forms, figures that open into lists, and what only machines read. Scores can be taken once there is a model."""
ONLY_POST = 405


def pages() -> Iterator[tuple[str, Any]]:
    """Every address of our own by name, without console, API and sign-in."""

    def below(patterns: list[Any], before: str) -> Iterator[tuple[str, Any]]:
        for one in patterns:
            if isinstance(one, URLPattern):
                yield f"{before}{one.name}", one.callback
            elif not str(one.pattern).startswith(("admin", "api", "accounts")):
                yield from below(one.url_patterns, f"{before}{one.namespace}:" if one.namespace else before)

    return below(get_resolver().url_patterns, "")


def test_every_address_is_a_list_that_can_be_taken_or_known_to_be_none() -> None:
    known = {*LISTS, *BACKTESTS, *FILES, *NO_LISTS}
    found = dict(pages())
    assert {name for name in found if name not in known and _is_shown(found[name])} == set()
    assert known - set(found) == set()


def _is_shown(view: Any) -> bool:
    """Whether the view answers GET: those that only write refuse it before they look at anything."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    try:
        return bool(view(request).status_code != ONLY_POST)
    except TypeError:
        return True


def test_every_list_offers_its_download_and_gives_the_same_rows_in_both_forms() -> None:
    cache.clear()
    operator = Client()
    operator.force_login(company().operator)
    brought = bring("leads", "key,born,from,mail\na,nonsense,,\n", LEADS)
    facts = {"lead": str(Lead.objects.get(external_id="l-1").pk), "import": str(brought["id"])}
    for address in (one.format(**facts) for found in LISTS.values() for one in found):
        sign = "&" if "?" in address else "?"
        page = operator.get(address)
        assert page.status_code == 200, address
        assert "format=xlsx" in page.content.decode(), address
        lines = csv_rows(sent(operator, f"{address}{sign}format=csv"))
        assert len(workbook_rows(sent(operator, f"{address}{sign}format=xlsx"))) == len(lines), address
        assert operator.get(f"{address}{sign}format=doc").status_code == 404, address


def test_everything_is_offered_on_one_page_and_to_partners_what_is_theirs() -> None:
    people = company()
    operator, partner, outsider = Client(), Client(), Client()
    for browser, person in ((operator, people.operator), (partner, people.partner), (outsider, people.outsider)):
        browser.force_login(person)
    page = operator.get("/export/").content.decode()
    assert all(f"/export/{key}/?format=xlsx" in page for key in TAKEN_OUT)
    assert {row["external_id"] for row in csv_rows(sent(partner, "/export/leads/?format=csv"))} != set()
    assert [row["company"] for row in csv_rows(sent(partner, "/export/leads/?format=csv"))] == ["Daughter"]
    assert len(csv_rows(sent(partner, "/export/companies/?format=csv"))) == 1
    assert partner.get("/export/spend/?format=csv").status_code == 404
    for kind in ("leads", "stages", "deals", "activities", "companies"):
        assert csv_rows(sent(outsider, f"/export/{kind}/?format=csv")) == [], kind

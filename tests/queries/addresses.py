"""Every page, and every list of the API, as addresses that can be opened in a seeded company: read from the product's own addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.urls import URLPattern, URLResolver, get_resolver

from alignment.agreements.models import Backtest, Version
from alignment.outbox.models import Channel
from alignment.people.models import Team, User
from alignment.programs.models import Campaign
from kpis.digests.models import Digest
from kpis.pages.report_pages import PAGES
from leads.handoffs.models import Handoff
from leads.imports.models import Import, ImportProfile
from leads.models import Lead

NOT_PAGES = (
    "admin/",
    "healthz",
    "readyz",
    "metrics",
    "accounts/",
    "api/v1/schema/",
    "api/v1/docs/",
    "api/^",
    "set-up/",
)
"""The console's and the library's own, what machines ask, and what answers nobody who is signed in."""

NO_PAGE = {
    "agreements/lead_definition/<agreement_key:key>/<int:number>/edit/": "the form of a draft, which the company does not have open",
    "agreements/lead_definition/<agreement_key:key>/<int:number>/edit/preview/": "a part of that form",
    "agreements/lead_definition/<agreement_key:key>/<int:number>/edit/values/": "a part of that form",
    "agreements/lead_definition/<agreement_key:key>/suggested/<int:run>/": "leads on to the draft",
    "agreements/<str:kind>/<agreement_key:key>/<int:number>/write/": "the form of a draft",
    "agreements/version/<int:pk>/": "leads on to the version",
    "handoff-rules/<agreement_key:key>/draft/<int:number>/": "the form of a draft",
    "handoff-rules/<agreement_key:key>/draft/<int:number>/preview/": "a part of that form",
    "handoff-rules/<agreement_key:key>/draft/<int:number>/values/": "a part of that form",
    "kpis/<slug:key>/draft/<int:number>/": "the form of a draft",
    "leads/<int:lead_id>/edits/<int:edit_id>/undo/": "asks whether to undo one edit",
    "leads/<int:lead_id>/notes/<int:note_id>/": "one note as a form",
    "notices/<int:notice_id>/": "leads on to what it is about",
    "people/undo/<str:token>/": "the token is for one person and minute",
    "receivers/undo/<str:token>/": "the token is for one person and minute",
    "import/drafts/<int:draft_id>/": "a file that is being mapped",
    "import/drafts/<int:draft_id>/check/": "a file that is being mapped",
    "import/<int:import_id>/rows/<int:line>/": "one rejected row as a form",
    "export/<slug:key>/": "leads back to the form while nothing is chosen",
    "now/": "leads on to one's own leads where the visitor is no salesperson",
    "digest/": "leads on to the latest",
    "digest/<slug:week>/<slug:readers>/": "one stored text, written a week; the company has none yet",
    "agreements/lead_definition/<agreement_key:key>/<int:number>/backtests/<int:backtest>/<slug:listing>/": "a list that a run has kept",
    "handoff-rules/<agreement_key:key>/<int:number>/backtests/<int:backtest>/<slug:listing>/": "a list that a run has kept",
    "agreements/<str:kind>/<agreement_key:key>/compare/": "leads on to the two versions that were chosen",
    "channels/<int:channel_id>/": "one channel as a form; the company has none",
    "import/profiles/<int:profile_id>/": "one profile as a form; the company has none",
}
"""Addresses that are no page of their own here, and why."""

FILES = (".csv", ".pdf", "errors.csv", "<slug:key>.csv")


def routes() -> Iterator[tuple[str, Any]]:
    """Every pattern with what answers it."""
    yield from _walk(get_resolver(), "")


def _walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from _walk(pattern, route)


def addresses() -> dict[str, str]:
    """By pattern (with the report, where it is one of several) the address to open. Lists of the API take no argument."""
    found: dict[str, str] = {}
    samples = _samples()
    for route, view in routes():
        if route.startswith(NOT_PAGES) or route in NO_PAGE or route.endswith(FILES):
            continue
        if route.startswith("api/"):
            if "<" not in route and "get" in getattr(view, "actions", {"get": ""}):
                found[route] = f"/{route}{QUESTIONS.get(route, '')}"
        elif route == "reports/<slug:key>/":
            found |= {f"reports/{key}/": f"/reports/{key}/" for key in PAGES}
        else:
            found[route] = f"/{_filled(route, samples)}"
    return found


def _filled(route: str, samples: dict[str, object]) -> str:
    address = route
    for prefix, values in sorted(samples.items(), key=lambda one: -len(one[0])):
        if route.startswith(prefix) and isinstance(values, dict):
            for name, value in values.items():
                address = address.replace(name, f"{value}")
    return re.sub(r"<[^>]*>", "1", address) + QUESTIONS.get(route, "")


QUESTIONS = {
    "api/v1/agreements/in-force": "?kind=kpi&key=won-revenue",
    "reports/leads/": "?start=2024-01-01&end=2025-01-01&measure=reached&stage=mql",
    "reports/changes/": "?start=2024-01-01&end=2025-01-01&entered=mql",
    "reports/<slug:key>/behind/": "?start=2024-01-01&end=2025-01-01&measure=offered",
    "metrics/<str:key>/behind/": "?start=2024-01-01&end=2025-01-01",
}


def _samples() -> dict[str, object]:
    lead = Lead.objects.annotate(n=Count("activities")).order_by("-n", "pk")[0]
    handoff = Handoff.objects.order_by("pk")[0]
    salesperson = User.objects.filter(team__side="sales", role="member").order_by("pk")[0]
    version = Version.objects.filter(agreement__kind="kpi").order_by("pk")[0]
    definition = Version.objects.filter(agreement__kind="lead_definition").order_by("pk")[0]
    rule = Version.objects.filter(agreement__kind="handoff_rule").order_by("pk")[0]
    digest = Digest.objects.order_by("pk").first()
    backtest = Backtest.objects.order_by("pk").first()
    two = list(Lead.objects.order_by("pk")[:2])
    return {
        "": {
            "<int:lead_id>": lead.pk, "<int:handoff_id>": handoff.pk, "<int:user_id>": salesperson.pk, "<int:person_id>": salesperson.pk,
            "<int:team_id>": Team.objects.order_by("pk")[0].pk, "<int:first_id>": two[0].pk, "<int:second_id>": two[1].pk,
            "<int:pk>": Campaign.objects.order_by("pk")[0].pk, "<int:channel_id>": _first(Channel), "<int:import_id>": _first(Import),
            "<int:profile_id>": _first(ImportProfile), "<slug:week>": digest.week if digest else 0,
            "<slug:readers>": digest.readers if digest else 0, "<int:backtest>": backtest.pk if backtest else 0,
            "<int:before>": 1, "<int:after>": 1, "<slug:listing>": "both", "<int:absence_id>": 0,
        },
        "agreements/": {"<str:kind>": "kpi", "<agreement_key:key>": version.agreement.key, "<int:number>": version.number},
        "agreements/lead_definition/": {"<agreement_key:key>": definition.agreement.key, "<int:number>": definition.number},
        "handoff-rules/": {"<agreement_key:key>": rule.agreement.key, "<int:number>": rule.number},
        "kpis/": {"<slug:key>": version.agreement.key, "<int:number>": version.number},
        "metrics/": {"<str:key>": "leads_created"},
        "reports/": {"<slug:key>": "acceptance"},
        "export/": {"<slug:key>": "leads"},
        "import/example/": {"<slug:kind>": "leads"},
    }  # fmt: skip


def _first(model: Any) -> int:
    found = model.objects.order_by("pk").first()
    return found.pk if found else 0

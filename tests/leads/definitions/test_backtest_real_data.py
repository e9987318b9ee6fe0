"""Do a backtest and a suggestion on a real marketplace's leads say what its files say?"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from alignment.agreements.backtests import ask_backtest, run_waiting
from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from leads.definitions.backtesting.lists import LISTS, rows_of
from leads.definitions.backtesting.span import span_of
from leads.definitions.suggesting.history import suggest
from leads.definitions.terms import LeadDefinition
from tests import world
from tests.clocks import present_is
from tests.leads.imports.bringing import bring
from tests.oracles import olist
from tests.oracles.backtest import Life, backtest
from tests.oracles.definition_facts import Facts, LeadFacts

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2018, 8, 1, tzinfo=UTC)
DAYS = 365
SEARCHERS = {"field": "lead.source", "op": "is", "value": ["organic_search", "paid_search", "direct_traffic"]}
KNOWN_PAGE = {"field": "lead.attributes.landing_page", "op": "starts_with", "value": "b"}
STRICTER = {"all": [SEARCHERS, {"not": KNOWN_PAGE}]}
PROFILES = Path(settings.ROOT) / "docs" / "profiles"


def bring_all(folder: Path) -> None:
    for kind, file, profile in (("leads", olist.LEADS, "olist-leads"), ("deals", olist.DEALS, "olist-deals")):
        document = json.loads((PROFILES / f"{profile}.json").read_text())
        assert bring(kind, (folder / file).read_bytes(), document, now=NOW)["state"] == "done"


def lives(prospects: tuple[olist.Prospect, ...]) -> list[Life]:
    return [
        Life(
            one.mql_id,
            Facts(LeadFacts(one.contacted_at, source=one.origin, attributes={"landing_page": one.landing_page}), NOW),
            began=one.contacted_at if one.won_at is None else min(one.contacted_at, one.won_at),
            worked=one.won_at,
            won=one.won_at,
        )
        for one in prospects
    ]


def terms(criteria: dict[str, Any]) -> LeadDefinition:
    return LeadDefinition.model_validate({"criteria": criteria})


def test_the_marketplace(real_data: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(NOW, monkeypatch)
    cast = world.cast()
    folder = real_data / olist.FOLDER
    bring_all(folder)
    before = END - timedelta(days=900)
    held = start_draft("lead_definition", "sal", {"criteria": SEARCHERS}, author=cast.marketing_lead, now=before)
    propose(held.pk, by=cast.marketing_lead, now=before)
    sign(held.pk, by=cast.sales_lead, now=before)
    draft = start_draft("lead_definition", "sal", {"criteria": STRICTER}, author=cast.marketer, now=NOW)
    asked = ask_backtest(draft, by=cast.marketer, now=NOW, days=DAYS, ends_at=END)
    run_waiting()
    asked.refresh_from_db()
    result = asked.result or {}
    people = lives(olist.read_prospects(folder))
    expected = backtest(terms(STRICTER), terms(SEARCHERS), people, END - timedelta(days=DAYS), END, ZoneInfo("UTC"))
    assert len(expected.lists["judged_won"]) > 100
    assert result["horizon_seconds"] == expected.wait
    span = span_of(result)
    found = {
        key: {row.lead.external_id for row in rows_of(LISTS[key], asked.pk, span).select_related("lead")}
        for key in expected.lists
    }
    assert found == expected.lists
    this = result["precision"]["this"], result["recall"]["this"]
    assert [(rate["n"], rate["k"]) for rate in this] == [
        (expected.precision.n, expected.precision.k),
        (expected.recall.n, expected.recall.k),
    ]
    assert {week["week"]: week["this"] for week in result["weeks"] if week["this"]} == expected.weeks


def test_the_marketplace_suggests_the_pages_that_won_leads_came_by(
    real_data: Path, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    present_is(NOW, monkeypatch)
    world.cast()
    folder = real_data / olist.FOLDER
    bring_all(folder)
    found = suggest("sal", now=NOW)
    said = found.document["criteria"]["any"]
    assert {one["field"] for one in said} == {"lead.attributes.landing_page"}
    wins: Counter[str | None] = Counter()
    leads: Counter[str | None] = Counter()
    for one in olist.read_prospects(folder):
        leads[one.landing_page] += 1
        wins[one.landing_page] += one.won_at is not None
    picked = {str(one["value"]) for one in said}
    assert min(wins[page] / leads[page] for page in picked) > 1.3 * wins.total() / leads.total()
    assert found.evidence.precision.low is not None
    assert found.evidence.precision.low > 1.5 * found.evidence.base_rate
    assert sum(leads[page] for page in picked) > found.evidence.precision.n * 0.9

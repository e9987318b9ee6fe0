"""Do real files, brought in with the profiles that come with the product, give what counting their lines gives?"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from alignment.cleaning import BLANKS
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.imports.summary import ImportDocument
from leads.lifecycle.changes import load_stages
from leads.models import Lead, StageChange
from tests import snapshot
from tests.leads.imports.bringing import bring, counts
from tests.oracles import olist
from tests.oracles.flow import flow
from tests.oracles.funnel import funnel
from tests.oracles.process_log import HELPDESK, RUNNING_EXAMPLE, process_world, read_events
from tests.oracles.question import Question
from tests.oracles.velocity import velocity

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ORACLES: dict[str, Any] = {"funnel": funnel, "flow": flow, "velocity": velocity}
YEARS = ("2009-01-01", "2025-01-01")
PROFILES = Path(settings.ROOT) / "docs" / "profiles"


def bring_file(kind: str, file: Path, profile: str) -> ImportDocument:
    document = json.loads((PROFILES / f"{profile}.json").read_text())
    return bring(kind, file.read_bytes(), document, now=NOW, chunk_rows=3_000)


def report(key: str, **options: str) -> list[dict[str, Any]]:
    asked = {"start": [YEARS[0]], "end": [YEARS[1]], **{name: [value] for name, value in options.items()}}
    groups: list[dict[str, Any]] = REPORTS[key].run(read_params(asked, now=NOW), None)["groups"]
    return groups


def stage_of(group: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(stage for stage in group["stages"] if stage["stage"] == key)
    return found


def test_the_marketplace(real_data: Path) -> None:
    folder = real_data / olist.FOLDER
    prospects = olist.read_prospects(folder)
    leads = bring_file("leads", folder / olist.LEADS, "olist-leads")
    assert counts(leads) == ("done", 8000, 8000, 0, 0, 0)
    deals = bring_file("deals", folder / olist.DEALS, "olist-deals")
    assert counts(deals) == ("done", 842, 842, 0, 0, 0)
    assert [(w["code"], w["count"]) for w in deals["warnings"]] == [("won_before_created", 1)]

    by_source = report("funnel", by="source", start_stage="mql")
    assert {group["group"]["source"]: group["entered"] for group in by_source} == olist.leads_by_source(prospects)
    assert {None: 60, "unknown": 1099}.items() <= olist.leads_by_source(prospects).items()
    won = {group["group"]["source"]: stage_of(group, "won")["reached"] for group in by_source}
    assert Counter(won) == olist.wins_by_source(prospects)
    for zone in ("UTC", "America/Sao_Paulo"):
        months = report("flow", by="month", timezone=zone)
        came = {group["group"]["month"]: stage_of(group, "won")["in"] for group in months}
        wins = {month: n for month, n in came.items() if n}
        assert wins == olist.wins_by_month(prospects, ZoneInfo(zone)), zone
    whole = stage_of(report("funnel", start_stage="mql")[0], "won")
    quantiles = [whole[f"from_start_{p}_seconds"] for p in ("p50", "p75", "p90")]
    assert olist.TimeToWin(whole["reached"], *quantiles) == olist.time_to_win(prospects)

    assert counts(bring_file("leads", folder / olist.LEADS, "olist-leads")) == ("done", 8000, 0, 0, 8000, 0)
    assert counts(bring_file("deals", folder / olist.DEALS, "olist-deals")) == ("done", 842, 0, 0, 842, 0)


def test_strings_that_break_software(real_data: Path) -> None:
    naughty: list[str] = json.loads((real_data / "naughty-strings" / "blns.json").read_text())
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["key", "name", "note"], *([str(n), text, text] for n, text in enumerate(naughty))])
    content = buffer.getvalue().encode(errors="surrogatepass")
    profile = {
        "kind": "leads",
        "fields": {"external_id": "key", "full_name": "name", "attributes.note": "note"},
    }
    document = bring("leads", content, profile, now=NOW)
    assert counts(document) == ("done", len(naughty), len(naughty), 0, 0, 0), document["errors"]
    kept = {
        lead.external_id: (lead.full_name, lead.attributes.get("note"))
        for lead in Lead.objects.exclude(external_id=None)
    }
    assert kept == {
        str(n): (text.strip(BLANKS) if text.strip() else None, text or None) for n, text in enumerate(naughty)
    }
    assert counts(bring("leads", content, profile, now=NOW)) == ("done", len(naughty), 0, 0, len(naughty), 0)


@pytest.mark.parametrize(
    ("name", "file", "quarter"),
    [
        ("running-example", RUNNING_EXAMPLE, ("2010-12-01", "2011-03-01")),
        ("helpdesk", HELPDESK, ("2012-01-01", "2012-04-01")),
    ],
)
def test_a_process_log_as_stage_history(real_data: Path, name: str, file: Path, quarter: tuple[str, str]) -> None:
    load_stages(json.loads((PROFILES / f"{name}.stages.json").read_text()))
    events = read_events(real_data / file)
    distinct = len(set((real_data / file).read_text().splitlines()[1:]))
    first = bring_file("stages", real_data / file, f"{name}-stages")
    assert counts(first) == ("done", len(events), distinct, 0, len(events) - distinct, 0)
    again = bring_file("stages", real_data / file, f"{name}-stages")
    assert counts(again) == ("done", len(events), 0, 0, len(events), 0)
    assert StageChange.objects.count() == distinct

    world = process_world(events, NOW, {event.activity: event.activity for event in events})
    assert sorted(Lead.objects.values_list("external_id", "created_at")) == sorted(
        (str(lead.id), lead.created_at) for lead in world.leads
    )
    stages = snapshot.stages()
    for key, start, end, options in (
        ("funnel", YEARS[0], YEARS[1], {}),
        ("flow", YEARS[0], YEARS[1], {"by": "owner"}),
        ("flow", YEARS[0], YEARS[1], {"by": "month", "timezone": "Europe/Rome"}),
        ("velocity", quarter[0], quarter[1], {}),
    ):
        given = {"start": [start], "end": [end], **{name: [value] for name, value in options.items()}}
        params = read_params(given, now=NOW)
        question = Question(
            date.fromisoformat(start),
            date.fromisoformat(end),
            params.as_of,
            NOW,
            params.zone.key,
            params.by,
            window_days=90,
        )
        expected = {str(group["group"]): group for group in ORACLES[key](world, stages, question)["groups"]}
        found = {str(group["group"]): group for group in REPORTS[key].run(params, None)["groups"]}
        assert found.keys() == expected.keys(), (key, options)
        for group, theirs in expected.items():
            assert contracted(found[group], theirs) == contracted(theirs, theirs), (key, options, group)


def contracted(answer: Any, like: Any) -> Any:
    """`answer` with only the keys that `like` has, and with floats rounded to twelve places."""
    if isinstance(like, dict):
        return {key: contracted(answer[key], value) for key, value in like.items()}
    if isinstance(like, list):
        assert len(answer) == len(like)
        return [contracted(one, other) for one, other in zip(answer, like, strict=True)]
    return round(answer, 12) if isinstance(answer, float) else answer

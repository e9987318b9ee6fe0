"""Hand-overs of real process logs equal those that pm4py finds, and a marketplace's leads go from who qualified them to who sold."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.lifecycle.changes import load_stages
from tests.leads.imports.bringing import bring, settle
from tests.oracles import olist
from tests.oracles.process_log import ACTIVITY, CASE, HELPDESK, RESOURCE, RUNNING_EXAMPLE, TIMESTAMP

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PROFILES = Path(settings.ROOT) / "docs" / "profiles"
CLOSED_PROBLEMS = Path("bpic2013-closed-problems", "bpic2013_closed.derived.csv")


@dataclass(frozen=True)
class Reference:
    """What the library finds: how often work went from one to another (from and to differ), and each case's way."""

    pairs: Counter[tuple[str, str]]
    ways: Counter[tuple[str, ...]]

    @property
    def circles(self) -> tuple[int, int]:
        """How often a case came back to who had it just before, and in how many cases."""
        found = Counter(dict.fromkeys(self.ways, 0))
        for way in self.ways:
            holders = [holder for holder, _events in groupby(way)]
            found[way] = sum(a == c for a, _b, c in zip(holders, holders[1:], holders[2:], strict=False))
        return sum(found[way] * n for way, n in self.ways.items()), sum(n for way, n in self.ways.items() if found[way])


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """The library says hello when it is loaded, and uses what others have deprecated."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


def reference(lines: Sequence[dict[str, str]], resource: str) -> Reference:
    """pm4py's handover of work (beta 0: direct successors) and its variants of holders."""
    with quietly():
        import pandas as pd  # type: ignore[import-untyped]
        import pm4py  # type: ignore[import-untyped]

        frame = pd.DataFrame(
            {
                CASE: [line[CASE] for line in lines],
                ACTIVITY: [line[ACTIVITY] for line in lines],
                RESOURCE: [line[resource] for line in lines],
                TIMESTAMP: pd.to_datetime([line[TIMESTAMP] for line in lines], utc=True),
            }
        )
        log = pm4py.format_dataframe(frame, case_id=CASE, activity_key=ACTIVITY, timestamp_key=TIMESTAMP)
        network = pm4py.discover_handover_of_work_network(log, beta=0, resource_key=RESOURCE)
        ways = pm4py.get_variants(log, activity_key=RESOURCE)
    steps = len(lines) - len({line[CASE] for line in lines})
    counts = {pair: round(share * steps) for pair, share in network.connections.items()}
    return Reference(
        Counter({pair: n for pair, n in counts.items() if pair[0] != pair[1]}),
        Counter({tuple(way): n for way, n in ways.items()}),
    )


def read_lines(file: Path) -> list[dict[str, str]]:
    """Lines of a log whose holder is known; a line that stands there twice is one."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        found = {tuple(line.items()): line for line in csv.DictReader(text)}
    return list(found.values())


def trail(between: str) -> dict[str, Any]:
    asked = {"start": ["2000-01-01"], "end": ["2026-01-01"], "between": [between]}
    return REPORTS["trail"].run(read_params(asked, now=NOW), None)


@pytest.mark.parametrize(
    ("name", "file", "between", "resource"),
    [
        ("running-example", RUNNING_EXAMPLE, "owner", RESOURCE),
        ("helpdesk", HELPDESK, "owner", RESOURCE),
        ("bpic2013", CLOSED_PROBLEMS, "owner", RESOURCE),
        ("bpic2013", CLOSED_PROBLEMS, "team", "org:group"),
    ],
)
def test_handovers_of_a_process_log_equal_pm4py(
    real_data: Path, name: str, file: Path, between: str, resource: str
) -> None:
    load_stages(json.loads((PROFILES / f"{name}.stages.json").read_text()))
    profile = json.loads((PROFILES / f"{name}-stages.json").read_text())
    document = bring("stages", (real_data / file).read_bytes(), profile, now=NOW, chunk_rows=3_000)
    assert (document["state"], document["rejected"]) == ("done", 0)
    settle()
    expected = reference([line for line in read_lines(real_data / file) if line[resource]], resource)
    found = trail(between)
    assert {(pair["from"], pair["to"]): pair["n"] for pair in found["pairs"]} == expected.pairs
    assert found["handovers"] == expected.pairs.total() > 0
    assert found["leads"] == expected.ways.total()
    assert (found["pingpong"], found["pingpong_leads"]) == expected.circles


def test_the_marketplace_hands_leads_from_who_qualified_them_to_who_sold(real_data: Path) -> None:
    """`sdr_id` held the lead from its first contact on, `sr_id` from the day it was won."""
    folder = real_data / olist.FOLDER
    deals = {line["mql_id"]: line for line in olist.read_lines(folder / olist.DEALS)}
    lines = [
        {"id": one.mql_id, "stage": stage, "at": at.isoformat(), "owner": deals[one.mql_id][column]}
        for one in olist.read_prospects(folder)
        if one.won_at is not None
        for stage, at, column in (
            ("mql", min(one.contacted_at, one.won_at), "sdr_id"),
            ("won", one.won_at, "sr_id"),
        )
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, ["id", "stage", "at", "owner"])
    writer.writeheader()
    writer.writerows(lines)
    profile = {
        "kind": "stages",
        "system": "olist",
        "dates": "iso",
        "create_leads": True,
        "fields": {"lead_external_id": "id", "stage": "stage", "at": "at", "owner": "owner"},
    }
    assert bring("stages", text.getvalue().encode(), profile, now=NOW)["rejected"] == 0
    pairs = Counter(
        (line["sdr_id"], line["sr_id"])
        for line in deals.values()
        if line["sdr_id"] and line["sr_id"] and line["sdr_id"] != line["sr_id"]
    )
    found = trail("owner")
    assert {(pair["from"], pair["to"]): pair["n"] for pair in found["pairs"]} == pairs
    assert (found["handovers"], found["pingpong"]) == (pairs.total(), 0)
    assert found["leads"] == len(deals)

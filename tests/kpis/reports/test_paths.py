"""The paths tell where leads went, came back and leaked; every band opens into a list of that length, and none goes in a circle."""

from __future__ import annotations

from datetime import UTC, datetime
from graphlib import TopologicalSorter
from typing import Any

import pytest

from kpis.models import Leak
from kpis.reports.params import ReportParams, read_params
from kpis.reports.registry import REPORTS
from leads.handoffs.deciding import accept, reject
from leads.handoffs.returning import give_back
from leads.models import Lead
from tests.clocks import present_is
from tests.kpis.histories import draw_histories
from tests.kpis.pages.test_lists_behind_figures import LINK, length, read, signed_in
from tests.kpis.reports.handed_histories import draw_handoffs
from tests.leads.handoffs.handing import agreed, an_mql, offered
from tests.world import Cast, cast, day, moved

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def asked(**options: str) -> ReportParams:
    given = {"start": "2024-01-01", "end": "2025-01-01", **options}
    return read_params({name: [value] for name, value in given.items()}, now=NOW)


def answer(**options: str) -> dict[str, Any]:
    return REPORTS["paths"].run(asked(**options), None)


def bands(document: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(one["from"], one["to"]): one["n"] for one in document["links"]}


@pytest.fixture
def people() -> Cast:
    return cast()


def a_story(people: Cast) -> None:
    """One turned down and recycled, one accepted and given back, one that goes on by hand, back, and again."""
    rule = agreed(people, expire_after=None)
    down, back, on = an_mql("down"), an_mql("back"), an_mql("on")
    reject(
        offered(down, rule, people.salesperson, when=day(1)).pk,
        by=people.salesperson,
        reason="not-now",
        note=None,
        now=day(2),
    )
    taken = accept(offered(back, rule, people.salesperson, when=day(1)).pk, by=people.salesperson, now=day(2))
    give_back(taken.pk, by=people.salesperson, reason="no-fit", note="Too small for us.", now=day(3))
    moved(on, ("sql", 1), ("mql", 2), ("recycled", 3), ("mql", 4))
    Leak.objects.create(
        lead=on,
        kind="stalled",
        pass_number=1,
        since=day(2),
        until=None,
        side="marketing",
        stage="mql",
        limit_seconds=60,
    )


def test_what_comes_back_has_places_of_its_own(people: Cast) -> None:
    a_story(people)
    assert bands(answer()) == {
        ("new", "stage:inquiry"): 3,
        ("stage:inquiry", "stage:mql"): 3,
        ("stage:mql", "stage:sal"): 1,
        ("stage:mql", "stage:sql"): 1,
        ("stage:sql", "back:mql"): 1,
        ("stage:mql", "stage:recycled"): 1,
        ("again:recycled", "stage:mql"): 1,
        ("stage:mql", "came_back"): 1,
        ("stage:sal", "came_back"): 1,
        ("came_back", "stage:recycled"): 1,
        ("came_back", "stage:disqualified"): 1,
        ("stage:mql", "leak:stalled"): 1,
    }


def test_bands_never_go_in_a_circle_and_open_into_lists_of_that_length() -> None:
    draw_histories(3, leads=60)
    draw_handoffs(3)
    listing = REPORTS["paths"].listing
    assert listing is not None
    for options in ({}, {"known_at": "2024-06-01"}, {"where": "source=web"}):
        params = asked(**options)
        document = REPORTS["paths"].run(params, None)
        order = [node["key"] for node in document["nodes"]]
        places = [(order.index(link["from"]), order.index(link["to"])) for link in document["links"]]
        assert places == sorted(places)
        keys = set(order)
        graph: dict[str, set[str]] = {key: set() for key in keys}
        for link in document["links"]:
            graph[link["to"]].add(link["from"])
            which = {name: link[name] or "" for name in ("left", "entered")}
            lines = listing.read(params, None, measure=link["kind"], which=which, limit=10_000)
            assert len(lines) == link["n"], link
        assert set(TopologicalSorter(graph).static_order()) == keys


def test_the_page_draws_bands_and_lists_them(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(NOW, monkeypatch)
    a_story(people)
    client = signed_in(people.marketer)
    html = read(client, "/reports/paths/?start=2024-01-01&end=2025-01-01")
    assert '"kind": "sankey"' in html
    behind = [(link, int(n)) for link, n in LINK.findall(html) if link.startswith("/reports/paths/behind/")]
    assert len(behind) == 12
    assert [(link, length(client, link)) for link, _n in behind] == behind
    assert Lead.objects.filter(stage="recycled").count() == 1
    assert bands(answer(start="2025-01-01", end="2025-02-01")) == {}

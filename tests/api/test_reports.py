"""Reports over HTTP say what the command says, about what the caller may see."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from kpis.models import Leak
from kpis.reports.registry import REPORTS
from tests import world
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.world import Cast, day

SPAN = "start=2024-01-01&end=2025-01-01&as_of=2025-01-01&known_at=2027-01-01"


def history(cast: Cast) -> None:
    world.moved(world.a_lead("1", source="web", owner=cast.salesperson), ("mql", 10), ("won", 69))
    world.moved(world.a_lead("2", source="fair", owner=cast.partner), ("mql", 3), ("sal", 12))
    world.a_lead("3", source="web", created_at=day(40))


def without_moment(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "computed_at"}


MORE = ("", "&by=month&by=source&window_days=30", "&where=source%3Dweb&timezone=Europe/Berlin")
ASKED = [(key, more) for key in sorted(REPORTS) for more in MORE if not ("by=" in more and not REPORTS[key].cuts)]


@pytest.mark.parametrize(("key", "more"), ASKED)
def test_the_same_as_the_command(cast: Cast, calling: Caller, key: str, more: str) -> None:
    history(cast)
    out = StringIO()
    options = [part for pair in f"{SPAN}{more}".split("&") for part in pair.replace("%3D", "\0").partition("=")[::2]]
    arguments = [
        f"--{text.replace('_', '-')}" if n % 2 == 0 else text.replace("\0", "=") for n, text in enumerate(options)
    ]
    call_command("report", key, *arguments, "--format", "json", stdout=out)
    answer = calling(cast.manager, scope="read").get(f"/api/v1/reports/{key}?{SPAN}{more}")
    assert answer.status_code == 200, answer.content
    assert without_moment(answer.json()) == without_moment(json.loads(out.getvalue()))


def test_a_report_counts_what_the_caller_may_see(cast: Cast, calling: Caller) -> None:
    history(cast)

    def entered(person: Any) -> int:
        body = calling(person, scope="read").get(f"/api/v1/reports/funnel?{SPAN}").json()
        return sum(group["entered"] for group in body["groups"])

    seen = {
        person.name: entered(person)
        for person in (cast.marketer, cast.manager, cast.partner, cast.other_partner, cast.outsider)
    }
    assert seen == {"Marketer": 3, "Manager": 3, "Partner": 1, "Other Partner": 0, "Outsider": 0}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("start=yesterdayish&end=2025-01-01", "start"),
        ("end=2025-01-01", "start"),
        (f"{SPAN}&by=nonsense", "by"),
        (f"{SPAN}&timezone=Nowhere", "timezone"),
        (f"{SPAN}&window_days=0", "window_days"),
        (f"{SPAN}&widow_days=9", "widow_days"),
        (f"{SPAN}&start_stage=nowhere", "start_stage"),
        (f"{SPAN}&where=source", "where"),
        ("start=2025-01-01&end=2024-01-01", "end"),
    ],
)
def test_a_wrong_option_is_named(cast: Cast, calling: Caller, query: str, field: str) -> None:
    body = problem(calling(cast.manager).get(f"/api/v1/reports/funnel?{query}"), 400)
    assert field in [error["field"] for error in body["errors"]]


def test_a_report_that_is_none(cast: Cast, calling: Caller) -> None:
    problem(calling(cast.manager).get(f"/api/v1/reports/nonsense?{SPAN}"), 404, "not_found")
    problem(calling(cast.operator).post("/api/v1/reports/funnel", {}, format="json"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    "query", ["system=%00", "where=source%3D%00", "by=attributes.%00", "start_stage=%00", "cursor=%00"]
)
def test_what_no_text_can_be(cast: Cast, calling: Caller, query: str) -> None:
    for key in REPORTS:
        answer = calling(cast.manager).get(f"/api/v1/reports/{key}?{SPAN}&{query}")
        assert answer.status_code in (200, 400), (key, answer.content)


def test_leaks_are_those_that_have_begun(cast: Cast, calling: Caller) -> None:
    lead = world.a_lead("1")

    def leak(kind: str, since: float, until: float | None) -> None:
        Leak.objects.create(
            lead=lead, kind=kind, pass_number=1, since=day(since), until=day(until) if until else None, side="sales", stage="sal",
            limit_seconds=60,
        )  # fmt: skip

    leak("stalled", 1, 2)
    leak("orphaned", 3, None)
    leak("forgotten", 99_999, None)
    client = calling(cast.marketer, scope="read")

    def kinds(query: str = "") -> list[tuple[str, bool]]:
        return [(row["kind"], row["open"]) for row in client.get(f"/api/v1/leaks?{query}").json()["results"]]

    assert kinds() == [("orphaned", True), ("stalled", False)]
    assert kinds("open=true") == [("orphaned", True)]
    assert kinds("open=false") == [("stalled", False)]
    assert kinds(f"kind=stalled&since__lt={day(2).date()}&lead_id={lead.pk}") == [("stalled", False)]
    assert kinds("side=marketing") == []

"""By which version of which definition did a lead stand where it stood, at the instant that a figure counts?"""

from __future__ import annotations

from datetime import datetime

import pytest

from kpis.reports.flow import flow
from kpis.reports.funnel import funnel
from kpis.reports.params import read_params
from leads.lifecycle.changes import move_stage, void_changes
from tests import world
from tests.leads.definitions.qualifying import a_lead_at, agreed, saw, viewed, work_until
from tests.world import day

pytestmark = pytest.mark.django_db


def asked(known_at: datetime | None = None, **more: list[str]) -> dict[str, list[str]]:
    wanted = {
        "start": ["2024-01-01"],
        "end": ["2024-02-01"],
        "by": ["definition"],
        "as_of": [day(20).isoformat()],
        **more,
    }
    return wanted if known_at is None else {**wanted, "known_at": [known_at.isoformat()]}


def by_definition(known_at: datetime | None = None, start: str = "mql") -> dict[object, int]:
    """How many leads that came to a stage in January the funnel has in each group."""
    groups = funnel(read_params(asked(known_at, start_stage=[start]), now=day(20)))["groups"]
    assert isinstance(groups, list)
    return {group["group"]["definition"]: group["entered"] for group in groups if group["entered"]}


def moved(known_at: datetime | None = None) -> dict[object, dict[str, int]]:
    """How many changes into each stage the flow has in each group."""
    groups = flow(read_params(asked(known_at), now=day(20)))["groups"]
    assert isinstance(groups, list)
    told = {g["group"]["definition"]: {one["stage"]: one["in"] for one in g["stages"] if one["in"]} for g in groups}
    return {definition: into for definition, into in told.items() if into}


def test_a_cohort_is_cut_by_the_version_that_had_moved_the_lead_by_then() -> None:
    cast = world.cast()
    agreed(cast, "mql", viewed(1), day(0))
    early, late, by_hand = (a_lead_at(name, 1) for name in ("1", "2", "3"))
    saw(early, 2)
    work_until(3)
    agreed(cast, "mql", viewed(2), day(4))
    saw(late, 5)
    saw(late, 6)
    work_until(7)
    move_stage(by_hand, "mql", actor=cast.marketer, now=day(7))
    assert by_definition() == {"mql v1": 1, "mql v2": 1, None: 1}
    assert by_definition(known_at=day(4)) == {"mql v1": 1}
    assert by_definition(start="inquiry") == {None: 3}
    of_late = late.stage_changes.filter(cause="definition").values_list("pk", flat=True)
    void_changes(of_late, reason="Not so", now=day(8))
    assert by_definition() == {"mql v1": 1, None: 1}
    assert by_definition(known_at=day(7)) == {"mql v1": 1, "mql v2": 1, None: 1}


def test_changes_are_cut_by_the_definition_that_stood_at_each_of_them() -> None:
    cast = world.cast()
    agreed(cast, "mql", viewed(1), day(0))
    agreed(cast, "sql", viewed(2), day(0))
    lead = a_lead_at("1", 1)
    saw(lead, 2)
    saw(lead, 3)
    work_until(4)
    assert moved() == {None: {"inquiry": 1}, "mql v1": {"mql": 1}, "sql v1": {"sql": 1}}
    assert by_definition(start="mql") == {"mql v1": 1}
    assert by_definition(start="sql") == {"sql v1": 1}


def test_a_move_that_does_not_count_gives_nobody_a_group() -> None:
    cast = world.cast()
    agreed(cast, "mql", viewed(1), day(0))
    lead = a_lead_at("1", 1)
    saw(lead, 4)
    work_until(5)
    move_stage(lead, "mql", actor=cast.marketer, now=day(6), at=day(3))
    assert moved() == {None: {"inquiry": 1, "mql": 1}}
    assert moved(known_at=day(5)) == {None: {"inquiry": 1}, "mql v1": {"mql": 1}}

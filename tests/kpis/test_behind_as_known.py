"""Who came back, is told as it was known at the time of the question."""

from __future__ import annotations

import pytest

from kpis.mine import outcomes
from kpis.reports.behind import count_behind, leads_behind
from tests.kpis.test_behind import ask
from tests.world import a_lead, cast, day, moved

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("measure", "stage"), [("returned", "recycled"), ("lost", "lost")])
def test_who_came_back_is_told_as_it_was_known(measure: str, stage: str) -> None:
    people = cast()
    lead = a_lead("1")
    moved(lead, ("mql", 1), recorded_at=day(2))
    moved(lead, (stage, 3), recorded_at=day(30))
    for known_at, leads in ((day(20), 0), (day(30), 1), (None, 1)):
        params = ask(known_at=[known_at.isoformat()] if known_at else [], start_stage=["mql"])
        assert count_behind(params, None, measure=measure, stage="mql") == leads, known_at
        assert len(leads_behind(params, None, measure=measure, stage="mql")) == leads, known_at
        (outcome,) = outcomes(params, people.manager)["source"]
        assert (outcome.returned, outcome.lost) == ((leads, 0) if measure == "returned" else (0, leads)), known_at

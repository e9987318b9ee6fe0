"""By which version of which definition did the leads of a cohort qualify first, as far as was known?"""

from __future__ import annotations

from datetime import datetime

import pytest

from kpis.reports.funnel import funnel
from kpis.reports.params import read_params
from leads.lifecycle.changes import void_changes
from tests import world
from tests.leads.definitions.qualifying import a_lead_at, agreed, saw, viewed, work_until
from tests.world import day

pytestmark = pytest.mark.django_db


def by_definition(known_at: datetime | None = None) -> dict[object, int]:
    """How many leads of January the funnel has in each group."""
    wanted = {"start": ["2024-01-01"], "end": ["2024-02-01"], "by": ["definition"], "as_of": [day(20).isoformat()]}
    if known_at is not None:
        wanted["known_at"] = [known_at.isoformat()]
    groups = funnel(read_params(wanted, now=day(20)))["groups"]
    assert isinstance(groups, list)
    return {group["group"]["definition"]: group["entered"] for group in groups}


def test_leads_are_cut_by_the_version_that_first_qualified_them() -> None:
    cast = world.cast()
    agreed(cast, "mql", viewed(1), day(0))
    early, late, _never = (a_lead_at(name, 1) for name in ("1", "2", "3"))
    saw(early, 2)
    work_until(3)
    agreed(cast, "mql", viewed(2), day(4))
    saw(late, 5)
    saw(late, 6)
    work_until(7)
    assert by_definition() == {"mql v1": 1, "mql v2": 1, None: 1}
    assert by_definition(known_at=day(4)) == {"mql v1": 1, None: 2}
    of_late = late.stage_changes.filter(cause="definition").values_list("pk", flat=True)
    void_changes(of_late, reason="Not so", now=day(8))
    assert by_definition() == {"mql v1": 1, None: 2}
    assert by_definition(known_at=day(7)) == {"mql v1": 1, "mql v2": 1, None: 1}

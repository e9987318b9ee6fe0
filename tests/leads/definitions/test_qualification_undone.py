"""What becomes of moves by definitions when the import goes out on which they rest?"""

from __future__ import annotations

import pytest

from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.definitions.models import Evaluation, ToQualify
from leads.imports.models import Import
from leads.lifecycle.changes import void_changes
from leads.lifecycle.models import StageChange, StageVoid
from leads.models import Activity
from leads.privacy.removal import undo_import
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests import world
from tests.leads.definitions.qualifying import IN_GERMANY, a_lead_at, agreed, moves, saw, viewed, work_until
from tests.world import Cast, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return world.cast()


def an_import(at: float, kind: str = "leads") -> Import:
    """One that was uploaded so many days after TIME_ZERO."""
    return Import.objects.create(kind=kind, file="f", state="done", created_at=day(at), profile={}, decisions={})


def leads_from(import_: Import, at: float, count: int = 4, **fields: str) -> None:
    rows = [LeadRow(system="test", external_id=str(n), created_at=day(0), **fields) for n in range(count)]  # type: ignore[arg-type]
    upsert_leads(rows, now=day(at), actor_id=None, import_id=import_.pk)


def test_leads_that_a_definition_moved_go_with_the_import_that_brought_them(cast: Cast) -> None:
    agreed(cast, "mql", IN_GERMANY, day(0))
    import_ = an_import(5)
    leads_from(import_, 5, country="DE")
    work_until(6)
    assert len(moves()) == 4
    void_changes(
        StageChange.objects.filter(cause="definition").values_list("pk", flat=True)[:1], reason="x", now=day(6)
    )
    undone = undo_import(import_, now=day(7), actor_id=None)
    work_until(8)
    assert undone.spared == []
    left = [model.objects.count() for model in (Lead, StageChange, StageVoid, Evaluation, ToQualify)]
    assert left == [0, 0, 0, 0, 0]


def test_a_move_that_rests_on_activities_of_an_undone_import_goes_with_them(cast: Cast) -> None:
    agreed(cast, "mql", viewed(2), day(0))
    lead, other = a_lead_at("1", 1), a_lead_at("2", 1)
    import_ = an_import(4, "activities")
    rows = [ActivityRow(kind="page_view", at=day(2 + n), lead_id=one.pk) for n in (0, 0.1) for one in (lead, other)]
    log_activities(rows, now=day(4), actor_id=None, import_id=import_.pk)
    work_until(5)
    assert [move[:3] for move in moves()] == [("1", "mql", 4.0), ("2", "mql", 4.0)]
    saw(other, 6)
    saw(other, 7)
    undo_import(import_, now=day(8), actor_id=None)
    work_until(9)
    lead.refresh_from_db()
    assert (lead.stage_id, Activity.objects.filter(lead=lead).count()) == ("inquiry", 0)
    assert [move[:3] for move in moves()] == [("2", "mql", 7.0)]


def test_a_move_that_rests_on_fields_of_an_undone_import_goes_with_them(cast: Cast) -> None:
    agreed(cast, "mql", IN_GERMANY, day(0))
    lead = a_lead_at("1", 1, country="FR")
    import_ = an_import(3)
    row = LeadRow(system="test", external_id="1", country="DE")
    upsert_leads([row], now=day(3), actor_id=None, import_id=import_.pk)
    work_until(4)
    assert [move[:3] for move in moves()] == [("1", "mql", 3.0)]
    undo_import(import_, now=day(5), actor_id=None)
    work_until(6)
    lead.refresh_from_db()
    assert (lead.country, lead.stage_id, moves()) == ("FR", "inquiry", [])


def test_a_move_from_before_the_import_stays(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0))
    lead = a_lead_at("1", 1)
    saw(lead, 2)
    work_until(3)
    import_ = an_import(4, "activities")
    row = ActivityRow(kind="page_view", at=day(3), lead_id=lead.pk)
    log_activities([row], now=day(5), actor_id=None, import_id=import_.pk)
    [before] = StageChange.objects.filter(cause="definition").values_list("pk", flat=True)
    undo_import(import_, now=day(6), actor_id=None)
    work_until(7)
    assert [move[:3] for move in moves()] == [("1", "mql", 2.0)]
    assert StageChange.objects.get(cause="definition").pk == before

"""Does the job move whom the definitions in force say, at the moment at which they met them?"""

from __future__ import annotations

import pytest

from leads.definitions.models import Evaluation, FieldsPast, ToQualify
from leads.lifecycle.models import StageChange
from tests import world
from tests.leads.definitions.qualifying import IN_GERMANY, a_lead_at, agreed, moves, saw, viewed, work_until
from tests.world import Cast, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return world.cast()


def test_a_lead_that_meets_the_definition_is_moved_with_the_version_on_it(cast: Cast) -> None:
    version = agreed(cast, "mql", viewed(2), day(0))
    lead = a_lead_at("1", 1)
    other = a_lead_at("2", 1)
    saw(lead, 2)
    saw(other, 2)
    saw(lead, 3)
    work_until(10)
    assert moves() == [("1", "mql", 3.0, "lead_definition mql v1")]
    lead.refresh_from_db()
    other.refresh_from_db()
    assert (lead.stage_id, other.stage_id) == ("mql", "inquiry")
    [change] = StageChange.objects.filter(cause="definition")
    assert (change.at, change.recorded_at, change.agreement_version_id) == (day(3), day(10), version.pk)
    assert (ToQualify.objects.count(), FieldsPast.objects.count()) == (0, 0)


def test_a_job_that_sleeps_makes_the_same_moves_as_one_that_runs_every_day(cast: Cast) -> None:
    agreed(cast, "mql", viewed(2, days=2), day(0))
    lead = a_lead_at("1", 1)
    for at in (1, 4, 5, 6):
        saw(lead, at)
        work_until(at + 0.5)
    assert moves() == [("1", "mql", 5.0, "lead_definition mql v1")]
    late = a_lead_at("2", 1)
    for at in (1, 4, 5, 6):
        saw(late, at)
    work_until(20)
    assert [move[1:3] for move in moves() if move[0] == "2"] == [("mql", 5.0)]


def test_what_is_learnt_late_counts_from_when_it_was_learnt(cast: Cast) -> None:
    agreed(cast, "mql", viewed(2), day(0))
    lead = a_lead_at("1", 1)
    saw(lead, 2, recorded=6)
    saw(lead, 3)
    work_until(10)
    assert moves() == [("1", "mql", 6.0, "lead_definition mql v1")]
    assert work_until(11).moved == 0


def test_nobody_is_moved_before_the_version_took_effect(cast: Cast) -> None:
    lead = a_lead_at("1", 1)
    saw(lead, 2)
    agreed(cast, "mql", viewed(1), day(5))
    work_until(10)
    assert moves() == [("1", "mql", 5.0, "lead_definition mql v1")]


def test_a_field_that_was_changed_before_the_job_ran_counts_as_it_was(cast: Cast) -> None:
    agreed(cast, "mql", {"all": [viewed(1), IN_GERMANY]}, day(0))
    lead = a_lead_at("1", 1, country="DE")
    saw(lead, 2)
    from leads.records.edits import edit_lead

    edit_lead(lead, {"country": "FR"}, actor=cast.marketer, now=day(3))
    other = a_lead_at("2", 1, country="DE")
    edit_lead(other, {"country": "FR"}, actor=cast.marketer, now=day(2))
    saw(other, 3)
    third = a_lead_at("3", 1, country="FR")
    saw(third, 2)
    edit_lead(third, {"country": "DE"}, actor=cast.marketer, now=day(4))
    work_until(10)
    assert [move[:3] for move in moves()] == [("1", "mql", 2.0), ("3", "mql", 4.0)]
    assert FieldsPast.objects.count() == 0


def test_a_window_that_empties_qualifies_by_time_alone(cast: Cast) -> None:
    agreed(cast, "mql", {"all": [IN_GERMANY, viewed(0, days=7, op="at_most")]}, day(0))
    lead = a_lead_at("1", 1, country="DE")
    saw(lead, 1)
    saw(lead, 3)
    work_until(5)
    assert moves() == []
    assert Evaluation.objects.get(lead=lead).next_at == day(8)
    assert work_until(9.9).moved == 0
    assert work_until(12).moved == 1
    assert moves() == [("1", "mql", 10.0, "lead_definition mql v1")]
    assert Evaluation.objects.filter(next_at=None).count() == 1

"""Definitions judge the two as one from the merge on, not before; and after its undo as if it had never been."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leads.definitions.models import Evaluation
from leads.duplicates.merging import merge
from leads.duplicates.undoing import undo
from leads.lifecycle.models import StageChange
from tests.leads.definitions.qualifying import a_lead_at, agreed, moves, saw, viewed, work_until
from tests.leads.duplicates.rows import rows_of
from tests.world import Cast, day

pytestmark = pytest.mark.django_db


def test_two_halves_qualify_at_the_merge_and_not_at_all_once_it_is_undone(people: Cast) -> None:
    agreed(people, "mql", viewed(2), day(1))
    one, other = a_lead_at("1", 2, stage="inquiry"), a_lead_at("2", 3, stage="inquiry")
    saw(one, 4)
    saw(other, 5)
    work_until(6)
    assert moves() == []
    before = {table: rows_of(table) for table in ("leads_lead", "leads_stagechange", "leads_evaluation")}

    done = merge(one.pk, other.pk, {}, by=people.marketer, now=day(10))
    work_until(11)
    assert [(lead, stage, at) for lead, stage, at, _version in moves()] == [("1", "mql", 10)]

    undo(done.pk, by=people.marketer, now=day(12))
    assert {table: rows_of(table) for table in before} == before
    work_until(13)
    assert moves() == []
    assert set(Evaluation.objects.values_list("lead", "met")) == {(one.pk, False), (other.pk, False)}


def test_what_happened_since_is_judged_for_the_survivor_alone_after_the_undo(people: Cast) -> None:
    agreed(people, "mql", viewed(2), day(1))
    one, other = a_lead_at("1", 2, stage="inquiry"), a_lead_at("2", 3, stage="inquiry")
    saw(one, 4)
    saw(other, 5)
    work_until(6)
    done = merge(one.pk, other.pk, {}, by=people.marketer, now=day(10))
    work_until(11)
    saw(one, 12)
    undo(done.pk, by=people.marketer, now=day(13))
    work_until(14)
    assert [(lead, stage, at) for lead, stage, at, _version in moves()] == [("1", "mql", 12)]


def test_a_move_of_the_one_that_the_other_had_made_before_does_not_throw_it_back(people: Cast) -> None:
    agreed(people, "mql", viewed(1), day(1))
    one, other = a_lead_at("1", 2, stage="inquiry"), a_lead_at("2", 3, stage="sal")
    saw(one, 8)
    work_until(9)
    assert [(lead, stage, at) for lead, stage, at, _version in moves()] == [("1", "mql", 8)]
    done = merge(one.pk, other.pk, {}, by=people.marketer, now=day(10))
    work_until(11)
    one.refresh_from_db()
    assert one.stage_id == "sal"
    undo(done.pk, by=people.marketer, now=day(10) + timedelta(hours=1))
    work_until(12)
    one.refresh_from_db()
    assert one.stage_id == "mql"
    assert StageChange.objects.filter(void=None, to="mql", lead=one).count() == 1

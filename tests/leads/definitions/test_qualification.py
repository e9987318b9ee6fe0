"""Does the job move whom the definitions in force say, at the moment at which they met them?"""

from __future__ import annotations

import pytest
from django.db import transaction

from alignment.agreements.periods import end_now
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.definitions import judging
from leads.definitions.models import Evaluation, FieldsPast, ToQualify
from leads.imports.models import Import
from leads.lifecycle.changes import load_stages, move_stage, void_changes
from leads.lifecycle.history import HistoryRow, record_history
from leads.lifecycle.models import StageChange, StageVoid
from leads.privacy.removal import erase, undo_import
from leads.records.companies import edit_company
from leads.records.edits import edit_lead, mark_as_test
from leads.records.models import Company, Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests import world
from tests.leads.definitions.qualifying import IN_GERMANY, LARGE, a_lead_at, agreed, moves, saw, viewed, work_until
from tests.world import NOW, Cast, day

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


def test_the_companys_fields_count_as_they_were(cast: Cast) -> None:
    agreed(cast, "mql", {"all": [viewed(1), LARGE]}, day(0))
    lead = a_lead_at("1", 1, company="Firm")
    firm = Company.objects.get(leads=lead)
    edit_company(firm, {"employees": 60}, now=day(2))
    saw(lead, 3)
    edit_company(firm, {"employees": 40}, now=day(4))
    late = a_lead_at("2", 3.5, company="Firm")
    saw(late, 5)
    edit_company(firm, {"employees": 70}, now=day(6))
    work_until(10)
    assert [move[:3] for move in moves()] == [("1", "mql", 3.0), ("2", "mql", 6.0)]
    assert FieldsPast.objects.count() == 0


def test_each_moment_is_judged_by_the_version_in_force_at_it(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0))
    early, late, never = (
        a_lead_at(name, 1, country=country) for name, country in (("1", "DE"), ("2", "DE"), ("3", "FR"))
    )
    saw(early, 3)
    agreed(cast, "mql", {"all": [viewed(1), IN_GERMANY]}, day(5))
    saw(late, 6)
    saw(never, 6)
    work_until(10)
    assert moves() == [
        ("1", "mql", 3.0, "lead_definition mql v1"),
        ("2", "mql", 6.0, "lead_definition mql v2"),
    ]


def test_a_weaker_version_moves_those_whom_it_lets_in_at_its_effect(cast: Cast) -> None:
    agreed(cast, "mql", viewed(3), day(0))
    lead = a_lead_at("1", 1)
    saw(lead, 2)
    work_until(4)
    agreed(cast, "mql", viewed(1), day(5))
    assert moves() == []
    assert work_until(9).moved == 1
    assert moves() == [("1", "mql", 5.0, "lead_definition mql v2")]


def test_nothing_is_moved_while_no_definition_is_in_force(cast: Cast) -> None:
    version = agreed(cast, "mql", viewed(1), day(0))
    end_now(version.periods.get(), now=day(2))
    lead = a_lead_at("1", 1)
    saw(lead, 3)
    saw(a_lead_at("2", 1), 1.5)
    work_until(10)
    assert moves() == [("2", "mql", 1.5, "lead_definition mql v1")]


def test_a_definition_of_a_stage_that_the_funnel_dropped_moves_nobody(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    agreed(cast, "sal", viewed(1), day(0))
    load_stages([{"key": "inquiry", "position": 1}, {"key": "mql", "position": 2}])
    saw(a_lead_at("1", 1), 2)
    with caplog.at_level("WARNING"):
        work_until(10)
    assert moves() == []
    assert "The definition of sal moves nobody" in caplog.text


def test_leads_are_only_moved_forward_and_out_of_open_stages(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0))
    for stage in ("mql", "sal", "opportunity", "won", "recycled", "disqualified", "lost"):
        lead = a_lead_at(stage, 1, stage=stage)
        saw(lead, 2)
    record_history(
        [HistoryRow(system="test", lead_external_id="none", stage="inquiry", at=day(0))],
        now=day(1), actor_id=None, create_leads=True,
    )  # fmt: skip
    nowhere = a_lead_at("nowhere", 1)
    void_changes(nowhere.stage_changes.values_list("pk", flat=True), reason="test", now=day(1))
    saw(nowhere, 2)
    work_until(10)
    assert moves() == [("nowhere", "mql", 2.0, "lead_definition mql v1")]


def test_a_lead_that_a_person_brings_back_qualifies_by_what_comes_after_its_return(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0))
    lead = a_lead_at("1", 1, stage="recycled")
    saw(lead, 2)
    work_until(3)
    move_stage(lead, "inquiry", actor=cast.marketer, now=day(5))
    late = a_lead_at("2", 1, stage="recycled")
    saw(late, 2)
    move_stage(late, "inquiry", actor=cast.marketer, now=day(5))
    saw(late, 5)
    work_until(6)
    assert moves() == []
    saw(lead, 7)
    saw(late, 8)
    work_until(9)
    assert [move[:3] for move in moves()] == [("1", "mql", 7.0), ("2", "mql", 8.0)]


def test_a_lead_that_a_person_sends_back_stays_there_until_something_new(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0))
    prompt, slow = a_lead_at("1", 1), a_lead_at("2", 1)
    for lead in (prompt, slow):
        saw(lead, 2)
    with transaction.atomic():
        waits = list(ToQualify.objects.filter(lead_id=slow.pk))
        ToQualify.objects.filter(lead_id=slow.pk).delete()
        judging.drain(now=lambda: day(3))
        ToQualify.objects.bulk_create(waits)
    for lead in (prompt, slow):
        move_stage(lead, "inquiry", actor=cast.marketer, now=day(4))
    work_until(9)
    assert [move[:3] for move in moves()] == [("1", "mql", 2.0), ("2", "mql", 2.0)]
    assert set(Lead.objects.values_list("stage_id", flat=True)) == {"inquiry"}
    for lead in (prompt, slow):
        saw(lead, 10)
    work_until(11)
    for name in ("1", "2"):
        assert [move[1:3] for move in moves() if move[0] == name] == [("mql", 2.0), ("mql", 10.0)]


def test_a_new_version_moves_who_was_sent_back_only_by_something_since(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0))
    quiet, active = a_lead_at("1", 1), a_lead_at("2", 1)
    for lead in (quiet, active):
        saw(lead, 2)
    work_until(3)
    for lead in (quiet, active):
        move_stage(lead, "inquiry", actor=cast.marketer, now=day(4))
    saw(active, 5, kind="form")
    work_until(6)
    filled = {"activity": {"kinds": ["page_view", "form"]}, "op": "at_least", "count": 1}
    agreed(cast, "mql", filled, day(7))
    work_until(8)
    assert [move[:3] for move in moves() if move[2] > 2] == [("2", "mql", 7.0)]


def test_an_automatic_move_that_a_person_takes_back_is_not_made_again(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0))
    lead = a_lead_at("1", 1)
    saw(lead, 2)
    work_until(3)
    void_changes([StageChange.objects.get(cause="definition").pk], reason="Not yet", now=day(4))
    work_until(5)
    lead.refresh_from_db()
    assert (lead.stage_id, StageChange.objects.filter(cause="definition", void=None).count()) == ("inquiry", 0)
    saw(lead, 6)
    work_until(7)
    assert list(StageChange.objects.filter(cause="definition", void=None).values_list("at", flat=True)) == [day(6)]


@pytest.mark.parametrize("slow", [False, True])
def test_a_lead_whose_leaving_was_a_mistake_is_judged_from_when_that_was_said(cast: Cast, slow: bool) -> None:
    agreed(cast, "mql", viewed(2), day(0))
    lead, early = a_lead_at("1", 1), a_lead_at("2", 1)
    saw(early, 1.2)
    saw(early, 1.5)
    left = [move_stage(one, "disqualified", actor=cast.marketer, now=day(2)) for one in (lead, early)]
    for at in (3, 4, 5):
        saw(lead, at)
        if not slow:
            work_until(at)
    void_changes(left, reason="A mistake", now=day(8))
    work_until(9)
    assert [move[:3] for move in moves()] == [("1", "mql", 8.0), ("2", "mql", 1.5)]


def test_of_two_definitions_each_moves_at_its_time_and_never_back(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0))
    agreed(cast, "sal", IN_GERMANY, day(0))
    first = a_lead_at("mql then sal", 1)
    saw(first, 2)
    edit_lead(first, {"country": "DE"}, actor=cast.marketer, now=day(3))
    second = a_lead_at("sal at once", 1, country="DE")
    saw(second, 2)
    both = a_lead_at("together", 1)
    edit_lead(both, {"country": "DE"}, actor=cast.marketer, now=day(3))
    saw(both, 3)
    work_until(9)
    assert [move[:3] for move in moves()] == [
        ("mql then sal", "mql", 2.0),
        ("mql then sal", "sal", 3.0),
        ("sal at once", "sal", 1.0),
        ("together", "mql", 3.0),
        ("together", "sal", 3.0),
    ]
    assert set(Lead.objects.values_list("stage_id", flat=True)) == {"sal"}


def test_leads_that_do_not_count_are_not_moved(cast: Cast) -> None:
    agreed(cast, "mql", {"all": [IN_GERMANY, viewed(0, days=7, op="at_most")]}, day(0))
    test, merged, erased, other = (a_lead_at(name, 1, country="DE") for name in ("t", "m", "e", "o"))
    for lead in (test, merged, erased):
        saw(lead, 2)
    saw(other, 1)
    Evaluation.objects.all().delete()
    mark_as_test(test, actor=cast.operator, now=day(0.5))
    Lead.objects.filter(pk=merged.pk).update(merged_into=other)
    erase(erased, now=day(1), actor_id=None)
    work_until(30)
    assert [move[0] for move in moves()] == ["o"]
    assert set(Evaluation.objects.values_list("lead", flat=True)) == {other.pk}


def test_what_was_judged_of_a_lead_goes_with_it(cast: Cast) -> None:
    agreed(cast, "mql", viewed(3), day(0))
    import_ = Import.objects.create(kind="leads", file="f", state="done", created_at=NOW, profile={}, decisions={})
    row = LeadRow(system="test", external_id="1", created_at=day(1), country="DE")
    upsert_leads([row], now=day(1), actor_id=None, import_id=import_.pk)
    work_until(3)
    assert Evaluation.objects.count() == 1
    undo_import(import_, now=day(4), actor_id=None)
    work_until(5)
    assert (Lead.objects.count(), Evaluation.objects.count(), ToQualify.objects.count()) == (0, 0, 0)


def test_a_clock_behind_the_facts_judges_them_once_it_is_there(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0))
    lead = a_lead_at("1", 2)
    saw(lead, 3)
    work_until(1)
    assert moves() == []
    assert work_until(2.5).moved == 0
    assert work_until(4).moved == 1
    assert moves() == [("1", "mql", 3.0, "lead_definition mql v1")]


def test_a_move_that_a_deal_learnt_of_later_had_overtaken_is_taken_back(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0))
    lead = a_lead_at("1", 1)
    saw(lead, 3)
    work_until(4)
    assert moves() == [("1", "mql", 3.0, "lead_definition mql v1")]
    save_deals([DealRow(lead_id=lead.pk, opened_at=day(2))], now=day(5), actor_id=None)
    work_until(6)
    lead.refresh_from_db()
    assert lead.stage_id == "opportunity"
    [void] = StageVoid.objects.all()
    assert (void.change.to_id, void.recorded_at) == ("mql", day(6))
    work_until(9)
    assert StageVoid.objects.count() == 1

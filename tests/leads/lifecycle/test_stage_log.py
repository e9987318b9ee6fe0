"""The log of stages: what is refused, what a row does, and that nobody rewrites it."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from alignment.refusals import Refused
from leads.lifecycle.changes import NewChange, move_stage, rebuild_all, record_changes, void_changes
from leads.models import Lead, LeadValue, Progress, StageChange, Stay, Touched
from tests.world import NOW, TIME_ZERO, a_lead, cast, day, held_by, moved

pytestmark = pytest.mark.django_db


def stays(lead: Lead) -> list[tuple[str | None, str, int]]:
    return [
        (stay.from_stage, stay.stage, stay.pass_number)
        for stay in Stay.objects.filter(lead=lead).order_by("at", "change_id")
    ]


def test_a_new_lead_starts_in_the_first_forward_stage() -> None:
    lead = a_lead("1")
    assert lead.stage_id == "inquiry"
    assert stays(lead) == [(None, "inquiry", 1)]


def test_skipped_stages_count_as_reached_with_the_later_one() -> None:
    lead = a_lead("1")
    moved(lead, ("sql", 3))
    progress = Progress.objects.get(lead=lead)
    assert progress.reached == [TIME_ZERO, day(3), day(3), day(3), None, None, None]
    assert progress.entered == [TIME_ZERO, None, None, day(3), None, None, None]


def test_a_repeat_is_kept_and_is_no_change_but_its_owner_counts() -> None:
    people = cast()
    lead = a_lead("1")
    moved(lead, ("mql", 1))
    record_changes([NewChange(lead.pk, "mql", day(2), "manual", owner_id=people.salesperson.pk)], recorded_at=NOW)
    lead.refresh_from_db()
    assert stays(lead) == [(None, "inquiry", 1), ("inquiry", "mql", 1)]
    assert StageChange.objects.filter(lead=lead).count() == 3
    assert (lead.owner, lead.team) == (people.salesperson, people.sales)


def test_a_repeat_becomes_a_change_when_its_predecessor_falls() -> None:
    lead = a_lead("1")
    moved(lead, ("mql", 1), ("mql", 2))
    first = StageChange.objects.get(lead=lead, at=day(1))
    void_changes([first.pk], reason="typo", now=NOW)
    assert Progress.objects.get(lead=lead).entered[1] == day(2)


def test_coming_back_from_off_path_begins_a_pass() -> None:
    lead = a_lead("1")
    moved(lead, ("mql", 1), ("recycled", 2), ("mql", 3), ("disqualified", 4), ("recycled", 5), ("sal", 6))
    assert [number for _from, _to, number in stays(lead)] == [1, 1, 1, 2, 2, 2, 3]


def test_going_back_from_won_is_held_unless_it_is_a_reopening() -> None:
    lead = a_lead("1")
    moved(lead, ("won", 5), ("sql", 6))
    assert lead.stage_id == "won"
    assert Progress.objects.get(lead=lead).entered[3] == day(6)
    moved(lead, ("sql", 7), cause="reopen")
    assert lead.stage_id == "sql"
    assert stays(lead)[-1] == ("won", "sql", 1)


def test_a_late_row_takes_its_place_in_time() -> None:
    lead = a_lead("1")
    moved(lead, ("sal", 9))
    moved(lead, ("mql", 4))
    assert lead.stage_id == "sal"
    assert stays(lead) == [(None, "inquiry", 1), ("inquiry", "mql", 1), ("mql", "sal", 1)]


def test_what_is_not_yet_cannot_be_logged() -> None:
    lead = a_lead("1")
    with pytest.raises(IntegrityError, match="not_in_the_future"), transaction.atomic():
        record_changes([NewChange(lead.pk, "mql", NOW + timedelta(minutes=6), "manual")], recorded_at=NOW)
    record_changes([NewChange(lead.pk, "mql", NOW + timedelta(minutes=5), "manual")], recorded_at=NOW)


def test_the_same_row_of_a_file_is_logged_once() -> None:
    lead = a_lead("1")
    row = NewChange(lead.pk, "mql", day(1), "import", identity="row-1")
    assert len(record_changes([row, row], recorded_at=NOW)) == 1
    assert record_changes([row], recorded_at=NOW) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE leads_stagechange SET \"to\" = 'won'",
        "DELETE FROM leads_stagechange",
        "TRUNCATE leads_stagechange CASCADE",
    ],
)
def test_nobody_rewrites_the_log(statement: str) -> None:
    a_lead("1")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_wrong_expectation_moves_nothing() -> None:
    people = cast()
    lead = a_lead("1")
    with pytest.raises(Refused) as refusal:
        move_stage(lead, "mql", actor=people.salesperson, now=NOW, expected="sal")
    assert (refusal.value.code, refusal.value.status) == ("stage_changed", 409)
    assert StageChange.objects.filter(lead=lead).count() == 1


def test_an_unknown_stage_is_refused_by_name() -> None:
    people = cast()
    with pytest.raises(Refused, match="There is no stage “nope”"):
        move_stage(a_lead("1"), "nope", actor=people.salesperson, now=NOW)


def test_going_back_from_won_by_hand_reopens() -> None:
    people = cast()
    lead = a_lead("1")
    moved(lead, ("won", 2))
    move_stage(lead, "sql", actor=people.salesperson, now=NOW)
    assert lead.stage_id == "sql"


def test_who_holds_a_lead_is_the_last_row_in_time() -> None:
    people = cast()
    lead = a_lead("1")
    held_by(lead, people.partner, day(9))
    held_by(lead, people.salesperson, day(3))
    assert (lead.owner, lead.team) == (people.partner, people.partners)
    assert LeadValue.objects.filter(lead=lead, field="team").count() == 2


def test_every_change_marks_its_lead_for_recomputing() -> None:
    lead = a_lead("1")
    Touched.objects.all().delete()
    moved(lead, ("mql", 1))
    assert set(Touched.objects.values_list("lead_id", flat=True)) == {lead.pk}


def test_rebuilding_changes_nothing() -> None:
    for number in range(5):
        moved(a_lead(str(number)), ("mql", 1), ("recycled", 2), ("won", 3), ("sql", 4))
    before = (
        list(Stay.objects.order_by("pk").values()),
        list(Progress.objects.order_by("pk").values()),
        list(Lead.objects.values()),
    )
    assert rebuild_all() == 5
    assert before == (
        list(Stay.objects.order_by("pk").values()),
        list(Progress.objects.order_by("pk").values()),
        list(Lead.objects.values()),
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_a_lead_at_once_one_is_told() -> None:
    people = cast()
    lead = a_lead("1")
    start, outcomes = Barrier(2), []

    def move(to: str) -> None:
        try:
            start.wait()
            move_stage(Lead.objects.get(pk=lead.pk), to, actor=people.salesperson, now=NOW, expected="inquiry")
            outcomes.append("moved")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=move, args=(to,)) for to in ("mql", "sal")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", "stage_changed"]
    assert StageChange.objects.filter(lead=lead).count() == 2

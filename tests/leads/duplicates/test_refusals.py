"""What cannot be merged, or taken apart, is refused with a sentence; what cannot be both is settled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alignment.refusals import Refused
from leads.duplicates import strays
from leads.duplicates.merging import merge
from leads.duplicates.models import Merge
from leads.duplicates.undoing import undo
from leads.handoffs.models import Handoff, Need, State
from leads.lifecycle.changes import move_stage
from leads.models import Activity, Import, LeadIdentity, StageChange
from leads.privacy.removal import erase, undo_import
from leads.records.edits import edit_lead, mark_as_test
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.leads.duplicates.test_merge import a_need, an_offer
from tests.world import NOW, Cast, a_deal, a_lead, day, did, held_by, moved

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def refused(code: str, status: int) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, check=lambda error: (error.code, error.status) == (code, status))


def two() -> tuple[Lead, Lead]:
    return a_lead("1", email="anna@acme.example"), a_lead("2", email="a.meier@acme.example", created_at=day(1))


def test_a_lead_is_not_merged_with_itself(people: Cast) -> None:
    one, _other = two()
    with refused("same_lead", 422):
        merge(one.pk, one.pk, {}, by=people.marketer, now=NOW)


def test_a_choice_that_there_is_not_is_named(people: Cast) -> None:
    one, other = two()
    with refused("unknown_field", 422):
        merge(one.pk, other.pk, {"shoe": "other"}, by=people.marketer, now=NOW)
    with refused("unknown_choice", 422):
        merge(one.pk, other.pk, {"email": "mine"}, by=people.marketer, now=NOW)


def test_who_does_not_see_both_or_may_only_read_merges_nothing(people: Cast) -> None:
    one, other = two()
    theirs = a_lead("3", scope=people.partners.pk)
    with refused("not_found", 404):
        merge(theirs.pk, one.pk, {}, by=people.partner, now=NOW)
    with refused("not_found", 404):
        merge(one.pk, 10**9, {}, by=people.marketer, now=NOW)
    with refused("forbidden", 403):
        merge(one.pk, other.pk, {}, by=people.manager, now=NOW)


def test_merging_twice_is_once_and_a_merged_lead_is_not_merged_again(people: Cast) -> None:
    one, other = two()
    third = a_lead("3")
    first = merge(one.pk, other.pk, {}, by=people.marketer, now=NOW)
    assert merge(one.pk, other.pk, {}, by=people.salesperson, now=LATER) == first
    with refused("merged", 409):
        merge(third.pk, other.pk, {}, by=people.marketer, now=NOW)
    with refused("merged", 409):
        merge(other.pk, one.pk, {}, by=people.marketer, now=NOW)


def test_who_was_erased_and_tests_are_not_merged(people: Cast) -> None:
    one, other = two()
    third = a_lead("3")
    mark_as_test(other, actor=people.marketer, now=NOW)
    erase(third, now=NOW, actor_id=None)
    with refused("test", 409):
        merge(one.pk, other.pk, {}, by=people.marketer, now=NOW)
    with refused("erased", 409):
        merge(one.pk, third.pk, {}, by=people.marketer, now=NOW)


def test_leads_that_changed_since_they_were_looked_at_are_looked_at_again(people: Cast) -> None:
    one, other = two()
    seen = (one.version, other.version)
    edit_lead(other, {"title": "CTO"}, actor=people.salesperson, now=NOW)
    with refused("version_changed", 412):
        merge(one.pk, other.pk, {}, by=people.marketer, now=NOW, versions=seen)


def test_two_open_offers_are_decided_first(people: Cast) -> None:
    one, other = two()
    an_offer(one, people)
    an_offer(other, people)
    with refused("both_offered", 409):
        merge(one.pk, other.pk, {}, by=people.marketer, now=NOW)


def test_one_person_has_one_need_and_none_beside_an_offer(people: Cast) -> None:
    one, other = two()
    first, second = a_need(one), a_need(other)
    done = merge(one.pk, other.pk, {}, by=people.marketer, now=NOW)
    assert list(Need.objects.filter(ended_at=None)) == [first]
    undo(done.pk, by=people.marketer, now=LATER)
    assert list(Need.objects.filter(ended_at=None).order_by("pk")) == [first, second]
    third = a_lead("3")
    moved(third, ("mql", 3))
    an_offer(third, people)
    merge(one.pk, third.pk, {}, by=people.marketer, now=NOW)
    assert list(Need.objects.filter(ended_at=None)) == [second]
    one.refresh_from_db()
    assert one.offered_team == people.sales


def test_an_offer_that_was_decided_since_stays_with_the_survivor(people: Cast) -> None:
    one, other = two()
    moved(other, ("mql", 3))
    offer, old = an_offer(other, people), an_offer(other, people, State.REJECTED, 2)
    done = merge(one.pk, other.pk, {}, by=people.marketer, now=NOW)
    accepted = {"state": State.ACCEPTED, "decided_at": LATER, "decided_recorded_at": LATER}
    Handoff.objects.filter(pk=offer.pk).update(**accepted, decided_by=people.salesperson)
    undone = undo(done.pk, by=people.marketer, now=LATER)
    assert dict(Handoff.objects.values_list("pk", "lead")) == {offer.pk: one.pk, old.pk: other.pk}
    assert undone.made["stayed"] == {"handoffs": [offer.pk]}


def test_only_who_merged_and_operators_take_it_back_and_twice_is_once(people: Cast) -> None:
    one, other = two()
    done = merge(one.pk, other.pk, {}, by=people.marketer, now=NOW)
    with refused("not_yours", 403):
        undo(done.pk, by=people.salesperson, now=LATER)
    with refused("not_found", 404):
        undo(done.pk, by=people.partner, now=LATER)
    undo(done.pk, by=people.operator, now=LATER)
    assert undo(done.pk, by=people.marketer, now=LATER + timedelta(hours=1)).undone_at == LATER


def test_merges_come_apart_the_last_first(people: Cast) -> None:
    one, other = two()
    third, fourth = a_lead("3"), a_lead("4")
    first = merge(one.pk, other.pk, {}, by=people.marketer, now=NOW)
    second = merge(one.pk, third.pk, {}, by=people.marketer, now=NOW)
    with refused("merged_since", 409):
        undo(first.pk, by=people.marketer, now=LATER)
    last = merge(fourth.pk, one.pk, {}, by=people.marketer, now=NOW)
    with refused("merged_since", 409):
        undo(second.pk, by=people.marketer, now=LATER)
    for merge_id in (last.pk, second.pk, first.pk):
        undo(merge_id, by=people.marketer, now=LATER)
    assert not Lead.objects.exclude(merged_into=None).exists()


def test_who_was_erased_is_gone_from_the_merge_and_from_whom_it_took_in(people: Cast) -> None:
    one, other = two()
    done = merge(one.pk, other.pk, {}, by=people.marketer, now=NOW)
    erase(one, now=LATER, actor_id=None)
    other.refresh_from_db()
    assert (other.email, other.erased_at) == (None, LATER)
    merged = Merge.objects.get()
    assert (merged.before, merged.after) == ({}, {})
    with refused("erased", 409):
        undo(done.pk, by=people.marketer, now=LATER)


def test_what_came_since_stays_with_the_survivor(people: Cast) -> None:
    one, other = two()
    did(other, "form", 3)
    done = merge(one.pk, other.pk, {"email": "other"}, by=people.marketer, now=NOW)
    edit_lead(
        Lead.objects.get(pk=one.pk), {"email": "anna@new.example", "title": "CEO"}, actor=people.salesperson, now=NOW
    )
    did(one, "call", 5)
    moved(one, ("sql", 20))
    upsert_leads([LeadRow(system="test", external_id="2", segment="large")], now=NOW, actor_id=None)
    undo(done.pk, by=people.marketer, now=LATER)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.email, one.title, one.stage_id, one.segment) == ("anna@new.example", "CEO", "sql", "large")
    assert (other.email, other.stage_id, other.segment) == ("a.meier@acme.example", "inquiry", None)
    assert list(Activity.objects.order_by("pk").values_list("kind", "lead")) == [("form", other.pk), ("call", one.pk)]
    assert LeadIdentity.objects.get(key="id:2").lead_id == other.pk


def test_a_deal_goes_back_with_what_it_did_since(people: Cast) -> None:
    one, other = two()
    deal = a_deal(other, external_id="d", system="test", opened_at=day(3))
    done = merge(one.pk, other.pk, {}, by=people.marketer, now=NOW)
    a_deal(None, external_id="d", system="test", opened_at=day(3), status="won", closed_at=day(9))
    one.refresh_from_db()
    assert one.stage_id == "won"
    undo(done.pk, by=people.marketer, now=LATER)
    one.refresh_from_db()
    other.refresh_from_db()
    deal.refresh_from_db()
    assert (one.stage_id, other.stage_id, deal.lead) == ("inquiry", "won", other)
    assert set(StageChange.objects.filter(deal=deal).values_list("lead", flat=True)) == {other.pk}


def test_the_survivor_holds_what_was_chosen_and_stands_where_the_further_of_both_stood(people: Cast) -> None:
    one, other = two()
    moved(one, ("mql", 2), ("sal", 3))
    moved(other, ("mql", 8), ("disqualified", 9), reason="a duplicate")
    held_by(one, people.salesperson, day(3))
    held_by(other, people.marketer, day(8))
    Lead.objects.filter(pk=other.pk).update(title="CTO", attributes={"size": 5, "b": 1})
    Lead.objects.filter(pk=one.pk).update(attributes={"size": 4})
    merge(one.pk, other.pk, {"email": "other", "attributes": "other"}, by=people.marketer, now=NOW)
    one.refresh_from_db()
    assert (one.stage_id, one.owner, one.team) == ("sal", people.salesperson, people.sales)
    assert (one.email, one.title, one.attributes) == ("a.meier@acme.example", "CTO", {"size": 5, "b": 1})
    assert (one.email_usable, one.created_at) == (True, day(0))


def test_nothing_is_written_to_a_merged_lead_any_more(people: Cast) -> None:
    one, other = two()
    stale = Lead.objects.get(pk=other.pk)
    merge(one.pk, other.pk, {}, by=people.marketer, now=NOW)
    with refused("merged", 409):
        edit_lead(stale, {"title": "CTO"}, actor=people.marketer, now=NOW)
    with refused("merged", 409):
        move_stage(stale, "mql", actor=people.marketer, now=NOW)


def test_what_was_written_in_the_moment_of_the_merge_follows(people: Cast) -> None:
    one, other = two()
    merge(one.pk, other.pk, {}, by=people.marketer, now=NOW)
    did(other, "call", 5)
    assert strays.follow(now=LATER) == 1
    assert strays.follow(now=LATER) == 0
    assert Activity.objects.get().lead_id == one.pk


def test_a_row_of_a_file_that_names_the_merged_lead_means_the_survivor(people: Cast) -> None:
    one, other = two()
    Lead.objects.filter(pk=other.pk).update(email="typed@acme.example")
    merge(one.pk, other.pk, {"email": "survivor"}, by=people.marketer, now=NOW)
    rows = [LeadRow(system="test", external_id="2", title="CTO"), LeadRow(email="typed@acme.example")]
    assert [result.id for result in upsert_leads(rows, now=NOW, actor_id=None)] == [one.pk, one.pk]


def test_an_imports_undo_leaves_what_was_merged_alone(people: Cast) -> None:
    one = a_lead("1")
    import_ = Import.objects.create(kind="leads", file_name="a.csv", created_at=NOW, profile={}, state="done")
    [result] = upsert_leads([LeadRow(system="test", external_id="9")], now=NOW, actor_id=None, import_id=import_.pk)
    done = merge(one.pk, result.id or 0, {}, by=people.marketer, now=NOW)
    undone = undo_import(import_, now=LATER, actor_id=None)
    assert {spared["id"] for spared in undone.spared if spared["table"] == "lead"} == {one.pk, result.id}
    undo(done.pk, by=people.marketer, now=LATER)
    assert StageChange.objects.filter(lead=result.id).exists()

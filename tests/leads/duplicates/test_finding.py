"""Who may be one person is found as leads come in, and in the stock; what everybody shares finds nobody."""

from __future__ import annotations

import pytest

from leads.duplicates import finding, stock
from leads.duplicates.criteria import MOST
from leads.duplicates.dismissing import dismiss, reopen
from leads.duplicates.merging import merge
from leads.duplicates.models import MatchKey, Pair, StockRun, ToCompare
from leads.duplicates.selectors import crowds, pairs_seen_by
from leads.privacy.removal import erase
from leads.records.edits import edit_lead, mark_as_test
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.world import NOW, Cast, a_lead

pytestmark = pytest.mark.django_db


def compared() -> list[tuple[int, int]]:
    """The open pairs, once whoever waits was compared."""
    finding.compare_waiting(now=lambda: NOW, wait=True)
    assert not ToCompare.objects.exists()
    return list(Pair.objects.filter(state="open").order_by("first", "second").values_list("first", "second"))


def criteria_of(one: Lead, other: Lead) -> list[str]:
    return [reason["criterion"] for reason in Pair.objects.get(first=one, second=other).reasons]


def test_each_criterion_finds_its_pair_on_arrival(people: Cast) -> None:
    anna = a_lead("1", email="anna.meier@gmail.com", full_name="Anna Meier", phone="+49 30 1234567")
    again = a_lead("2", email="annameier+x@gmail.com")
    assert compared() == [(anna.pk, again.pk)]
    assert criteria_of(anna, again) == ["email"]
    called = a_lead("3", phone="0049301234567", full_name="Anna Maier")
    assert compared() == [(anna.pk, again.pk), (anna.pk, called.pk)]
    assert criteria_of(anna, called) == ["phone"]
    bob = a_lead("4", email="bob.jones@acme.example", full_name="Bob Jones")
    bobby = a_lead("5", email="bobj@acme.example", full_name="Bobb Jones")
    assert (bob.pk, bobby.pk) in compared()
    assert criteria_of(bob, bobby) == ["domain_name"]
    one = a_lead("6", full_name="Eva Klein", company="Steel Works GmbH")
    other = a_lead("7", full_name="Klein, Eva", company="Steel Works")
    assert (one.pk, other.pk) in compared()
    assert criteria_of(one, other) == ["company_name"]


def test_leads_with_nothing_in_common_are_no_pair(people: Cast) -> None:
    a_lead("1", email="anna@acme.example", full_name="Anna Meier")
    a_lead("2", email="paul@acme.example", full_name="Paul Schulz")
    a_lead("3", email="anna@other.example", full_name="Anna Meier")
    assert compared() == []


def test_a_number_that_many_share_makes_no_pairs_and_says_so(people: Cast) -> None:
    rows = [LeadRow(external_id=str(n), system="s", phone="+4930999999") for n in range(MOST)]
    upsert_leads(rows, now=NOW, actor_id=None)
    assert len(compared()) == MOST * (MOST - 1) // 2
    assert crowds(people.marketer) == []
    a_lead("one more", phone="+4930999999")
    assert compared() == []
    assert [(crowd.key, crowd.leads) for crowd in crowds(people.marketer)] == [("+4930999999", MOST + 1)]
    assert crowds(people.partner) == []


def test_a_pair_goes_when_it_holds_no_more(people: Cast) -> None:
    one, two = a_lead("1", phone="+4930123456"), a_lead("2", phone="+4930123456")
    assert compared() == [(one.pk, two.pk)]
    edit_lead(two, {"phone": "+4930123499"}, actor=people.marketer, now=NOW)
    assert compared() == []


def test_who_is_a_test_merged_or_erased_is_in_no_pair_and_leaves_no_keys(people: Cast) -> None:
    leads = [a_lead(str(n), phone="+4930123456") for n in range(4)]
    assert len(compared()) == 6
    mark_as_test(leads[0], actor=people.marketer, now=NOW)
    erase(leads[1], now=NOW, actor_id=people.operator.pk)
    merge(leads[2].pk, leads[3].pk, {}, by=people.marketer, now=NOW)
    assert compared() == []
    assert set(MatchKey.objects.values_list("lead", flat=True)) == {leads[2].pk}


def test_not_the_same_does_not_come_back(people: Cast) -> None:
    one, two = a_lead("1", phone="+4930123456"), a_lead("2", phone="+4930123456")
    compared()
    pair = Pair.objects.get()
    dismiss(pair.pk, by=people.marketer, now=NOW)
    edit_lead(one, {"full_name": "Anna Meier"}, actor=people.marketer, now=NOW)
    edit_lead(two, {"full_name": "Anna Meier"}, actor=people.marketer, now=NOW)
    assert compared() == []
    third = a_lead("3", phone="+4930123456")
    assert compared() == [(one.pk, third.pk), (two.pk, third.pk)]
    merge(third.pk, two.pk, {}, by=people.marketer, now=NOW)
    assert compared() == []
    reopen(pair.pk, by=people.marketer)
    assert Pair.objects.get(pk=pair.pk).state == Pair.State.OPEN


def test_what_somebody_merged_was_known_by_still_finds_them(people: Cast) -> None:
    one, two = a_lead("1", email="anna@acme.example"), a_lead("2", email="a.meier@acme.example", phone="+4930123456")
    merge(one.pk, two.pk, {"email": "survivor", "phone": "survivor"}, by=people.marketer, now=NOW)
    third = a_lead("3", phone="+4930123456")
    assert compared() == [(one.pk, third.pk)]


def test_the_stock_is_compared_with_progress_and_once_at_a_time(people: Cast) -> None:
    one, two = a_lead("1", phone="+4930123456"), a_lead("2", phone="+4930123456")
    a_lead("3")
    ToCompare.objects.all().delete()
    run = stock.begin(by=people.marketer, now=NOW)
    assert stock.begin(by=people.operator, now=NOW) == run
    found = stock.advance(now=lambda: NOW, batch=1, wait=True)
    assert (found.leads, found.pairs) == (3, 1)
    run = StockRun.objects.get()
    assert (run.done, run.steps, run.finished_at) == (6, 6, NOW)
    assert list(Pair.objects.values_list("first", "second")) == [(one.pk, two.pk)]


def test_the_stock_knows_what_too_many_share_before_it_pairs_anybody(people: Cast) -> None:
    rows = [LeadRow(external_id=str(n), system="s", phone="+4930999999") for n in range(MOST + 5)]
    upsert_leads(rows, now=NOW, actor_id=None)
    ToCompare.objects.all().delete()
    stock.begin(by=None, now=NOW)
    assert stock.advance(now=lambda: NOW, batch=3, wait=True).pairs == 0


def test_nobody_learns_by_a_pair_of_a_lead_that_is_not_theirs(people: Cast) -> None:
    ours = a_lead("1", phone="+4930123456")
    theirs = a_lead("2", phone="+4930123456", scope=people.partners.pk)
    both = a_lead("3", phone="+4930123456", scope=people.partners.pk)
    compared()
    seen = {(pair.first_id, pair.second_id) for pair in pairs_seen_by(people.partner)}
    assert seen == {(theirs.pk, both.pk)}
    assert pairs_seen_by(people.marketer).count() == 3
    assert pairs_seen_by(people.other_partner).count() == pairs_seen_by(people.outsider).count() == 0
    assert ours.pk not in {pk for pair in seen for pk in pair}

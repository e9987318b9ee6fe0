"""What stays of handoffs when an import is undone, or a person erased? And what does a lead's page tell of them?"""

from __future__ import annotations

import pytest
from django.db import connection

from alignment.agreements.in_force import InForce
from leads.funnel.stage_sets import stage_set
from leads.handoffs.deciding import accept, reject
from leads.handoffs.holding import hold
from leads.handoffs.models import Deadline, Handoff, HandoffStep, Hold, Need, ToRoute
from leads.handoffs.returning import give_back
from leads.handoffs.selectors import inbox
from leads.handoffs.sweeping import sweep
from leads.handoffs.withdrawing import withdraw
from leads.imports.models import Import
from leads.privacy.removal import erase, undo_import
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from leads.selectors.timeline import timeline
from tests.leads.handoffs.handing import KEY, an_mql, at, facts, offered, stand
from tests.world import NOW, TIME_ZERO, Cast


def imported(*names: str) -> tuple[Import, list[Lead]]:
    import_ = Import.objects.create(kind="leads", file_name="file.csv", file="file.csv", profile={})
    rows = [
        LeadRow(system="crm", external_id=name, email=f"{name}@firm.example", stage="mql", created_at=TIME_ZERO)
        for name in names
    ]
    results = upsert_leads(rows, now=NOW, actor_id=None, import_id=import_.pk)
    return import_, [Lead.objects.get(pk=result.id or 0) for result in results]


def test_what_the_machine_offered_goes_with_an_import_that_is_undone(cast: Cast, rule: InForce) -> None:
    import_, [waiting, gone, needed] = imported("a", "b", "c")
    offered(waiting, rule, cast.salesperson, when=at(10))
    offered(gone, rule, cast.salesperson)
    sweep(now=lambda: at(21))
    Need.objects.create(lead=needed, rule_id=rule.version_id, rule_key=KEY, qualified_at=at(0), recorded_at=at(0))
    kept = offered(an_mql("other"), rule, cast.salesperson)
    undone = undo_import(import_, now=NOW, actor_id=None)
    assert undone.spared == []
    assert {name: undone.removal.counts[name] for name in ("handoffs", "deadlines", "needs", "leads")} == {
        "handoffs": 2, "deadlines": 4, "needs": 2, "leads": 3,
    }  # fmt: skip
    assert [one.pk for one in Handoff.objects.all()] == [kept.pk]
    assert (Need.objects.count(), HandoffStep.objects.count(), Deadline.objects.count()) == (0, 0, 2)
    assert not ToRoute.objects.filter(lead_id__in=[waiting.pk, gone.pk, needed.pk]).exists()


@pytest.mark.parametrize("touch", ["accept", "reject", "withdraw", "hold", "by hand"])
def test_a_lead_on_which_somebody_decided_is_spared(cast: Cast, rule: InForce, touch: str) -> None:
    import_, [lead] = imported("a")
    by_hand = cast.marketer.pk if touch == "by hand" else None
    handoff = offered(lead, rule, cast.salesperson, when=NOW, offered_by_id=by_hand)
    if touch == "accept":
        accept(handoff.pk, by=cast.salesperson, now=NOW)
    elif touch == "reject":
        reject(handoff.pk, by=cast.salesperson, reason="not-mine", now=NOW)
    elif touch == "withdraw":
        withdraw(handoff.pk, by=cast.marketer, why="A mistake.", now=NOW)
    elif touch == "hold":
        hold(handoff.pk, by=cast.salesperson, reason="customer", now=NOW)
    before = facts(handoff, "state", "version")
    undone = undo_import(import_, now=NOW, actor_id=None)
    assert [(one["id"], one["why"]) for one in undone.spared if one["table"] == "lead"] == [
        (lead.pk, "somebody handed it over or decided on it")
    ]
    assert facts(handoff, "state", "version") == before


def test_nothing_of_an_erased_person_stays_in_their_handoffs(cast: Cast, rule: InForce, lead: Lead) -> None:
    first = offered(lead, rule, cast.salesperson, why=["Zyxwv lives in the north."])
    hold(first.pk, by=cast.salesperson, reason="customer", note="Zyxwv is ill.", now=at(1))
    reject(first.pk, by=cast.salesperson, reason="not-mine", note="Zyxwv said no.", now=at(2))
    Need.objects.update(no_receiver="Nobody knows Zyxwv.", no_receiver_at=at(2))
    removal = erase(lead, now=NOW, actor_id=None)
    assert {name: removal.counts[name] for name in ("handoffs", "holds", "needs")} == {
        "handoffs": 1,
        "holds": 1,
        "needs": 1,
    }
    with connection.cursor() as cursor:
        for table in ("leads_handoff", "leads_hold", "leads_need", "outbox_notice", "outbox_mail"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE '%%zyxwv%%'")
            assert cursor.fetchone() == (0,), table
    assert facts(first, "state", "reason", "decided_at") == {
        "state": "rejected",
        "reason": "not-mine",
        "decided_at": at(2),
    }
    assert list(Need.objects.values_list("ended_at", "ended_why")) == [(NOW, "The person was erased.")]


def test_an_open_offer_of_an_erased_person_is_taken_back(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.partner)
    hold(handoff.pk, by=cast.partner, reason="customer", now=at(1))
    erase(lead, now=NOW, actor_id=None)
    assert facts(handoff, "state", "decided_at", "next_at") == {
        "state": "withdrawn",
        "decided_at": NOW,
        "next_at": None,
    }
    assert not Hold.objects.filter(ended_at=None).exists()
    assert stand(lead)[3] is None


def test_nobody_is_asked_to_contact_an_erased_person(cast: Cast, rule: InForce, lead: Lead) -> None:
    accept(offered(lead, rule, cast.salesperson, when=NOW).pk, by=cast.salesperson, now=NOW)
    assert [part.key for part in inbox(cast.salesperson, "mine", stage_set(), now=NOW)] == ["contact"]
    erase(Lead.objects.get(pk=lead.pk), now=NOW, actor_id=None)
    for whose in ("mine", "all"):
        assert inbox(cast.salesperson, whose, stage_set(), now=NOW) == []


def test_the_timeline_tells_of_handoffs(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson, when=at(1), why=["Salesperson is next."])
    hold(handoff.pk, by=cast.salesperson, reason="customer", note="Ill.", now=at(2))
    accept(handoff.pk, by=cast.salesperson, now=at(3))
    give_back(handoff.pk, by=cast.salesperson, reason="not-mine", now=at(4))
    partners = offered(lead, rule, cast.partner, when=at(5))
    reject(partners.pk, by=cast.partner, reason="no-fit", note="A student.", now=at(6))
    told = [
        (item.title, item.who, item.lines)
        for item in timeline(lead, stage_set(), user=cast.marketer).items
        if item.place.rank > 5
    ]
    assert told == [
        ("Turned down", "Partner", ("Reason: Does not fit", "A student.")),
        ("Offered to Partner", f"by the rule “{KEY}”", ()),
        ("Given back", "Salesperson", ("Reason: Belongs to somebody else",)),
        ("Taken over", "Salesperson", ()),
        ("On hold: Waiting for the customer", "Salesperson", ("Ill.",)),
        ("Offered to Salesperson", f"by the rule “{KEY}”", ("Salesperson is next.",)),
    ]


def test_on_a_timeline_a_partner_sees_what_was_offered_to_their_own_team(cast: Cast, rule: InForce, lead: Lead) -> None:
    first = offered(lead, rule, cast.salesperson, when=at(1))
    reject(first.pk, by=cast.salesperson, reason="not-mine", now=at(2))
    offered(lead, rule, cast.partner, when=at(3))
    told = [item.title for item in timeline(lead, stage_set(), user=cast.partner).items if item.place.rank > 5]
    assert told == ["Offered to Partner"]
    assert [item for item in timeline(lead, stage_set()).items if item.place.rank > 5] == []


def test_older_pages_of_a_timeline_lose_and_repeat_no_handoff(cast: Cast, rule: InForce, lead: Lead) -> None:
    for n in range(30):
        handoff = offered(lead, rule, cast.salesperson, when=at(n))
        reject(handoff.pk, by=cast.salesperson, reason="not-mine", now=at(n, 30))
    seen: list[object] = []
    before = None
    while True:
        page = timeline(lead, stage_set(), before, user=cast.marketer)
        seen += [item.place for item in page.items if item.place.rank > 5]
        if not page.older:
            break
        before = page.items[-1].place
    assert len(seen) == len(set(seen)) == 60

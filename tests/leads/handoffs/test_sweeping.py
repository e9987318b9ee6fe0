"""Does the sweep do what is due, once, whenever it comes and wherever it is killed?"""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from alignment.agreements.in_force import InForce
from alignment.outbox.models import Mail, Notice
from alignment.people.models import User
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.handoffs import tasks
from leads.handoffs.contacting import contacted
from leads.handoffs.deciding import accept, reject
from leads.handoffs.holding import hold
from leads.handoffs.models import Deadline, Handoff, HandoffStep, Hold, Need, ToRoute, ToTell
from leads.handoffs.passing import reassign
from leads.handoffs.sweeping import Swept, sweep
from leads.models import Touched
from leads.records.models import Lead
from tests.clocks import present_is
from tests.dying import runner_on_this_database
from tests.leads.handoffs.handing import agreed, an_mql, at, colleague, facts, offered, stand
from tests.world import Cast, moved


def swept(hours: float, minutes: float = 0, **more: Any) -> Swept:
    return sweep(now=lambda: at(hours, minutes), **more)


def steps() -> list[tuple[str, str, str | None, datetime, datetime]]:
    """What was done, in order."""
    return list(HandoffStep.objects.order_by("pk").values_list("clock", "what", "to", "due_at", "done_at"))


def told(user: User) -> list[tuple[str, str]]:
    """What somebody was told by the sweep, in order: title and text."""
    notices = Notice.objects.filter(user=user, key__startswith="handoff-step").order_by("pk")
    return list(notices.values_list("title", "text"))


@pytest.fixture
def handoff(cast: Cast, rule: InForce, lead: Lead) -> Handoff:
    return offered(lead, rule, cast.salesperson)


def test_nothing_is_done_before_it_is_due(handoff: Handoff) -> None:
    assert swept(2, 59) == Swept()
    assert steps() == []


def test_everything_is_done_when_it_is_due_and_told_to_whom_it_concerns(cast: Cast, handoff: Handoff) -> None:
    for hour in (3, 4, 5, 7):
        assert swept(hour) == Swept(steps=1)
        assert swept(hour, 59) == Swept()
    assert steps() == [
        ("accept", "remind", None, at(3), at(3)),
        ("accept", "breach", None, at(4), at(4)),
        ("accept", "escalate", "receiver_lead", at(5), at(5)),
        ("accept", "escalate", "both_leads", at(7), at(7)),
    ]
    assert told(cast.salesperson) == [
        ("An offer waits for you", "Soon it is due: take it, or say why not."),
        ("An offer is overdue", "Take it, or say why not."),
    ]
    assert told(cast.sales_lead) == [
        ("Nobody has decided on an offer in time", "Pass it on, or decide on it."),
        ("Nobody has decided on an offer in time", "Pass it on, or decide on it."),
    ]
    assert told(cast.marketing_lead) == [("Nobody has decided on an offer in time", "Pass it on, or decide on it.")]
    assert [told(user) for user in (cast.marketer, cast.partner, cast.operator)] == [[], [], []]


def test_a_missed_deadline_lets_the_lead_be_recomputed(lead: Lead, handoff: Handoff) -> None:
    swept(3)
    Touched.objects.all().delete()
    swept(4)
    assert set(Touched.objects.values_list("lead_id", flat=True)) == {lead.pk}


def test_an_offer_runs_out_at_its_moment_however_late_that_is_noticed(cast: Cast, lead: Lead, handoff: Handoff) -> None:
    ToRoute.objects.all().delete()
    assert swept(31) == Swept(steps=5, expired=1)
    assert facts(handoff, "state", "decided_at", "decided_recorded_at", "decided_by", "next_at") == {
        "state": "expired", "decided_at": at(20), "decided_recorded_at": at(31), "decided_by": None, "next_at": None,
    }  # fmt: skip
    assert stand(lead) == ("mql", "Marketer", "Marketing", None)
    assert list(Need.objects.values_list("lead", "rule_key", "qualified_at", "recorded_at", "ended_at")) == [
        (lead.pk, handoff.rule_key, at(20), at(31), None)
    ]
    assert lead.pk in set(ToRoute.objects.values_list("lead_id", flat=True))
    assert swept(99) == Swept()


def test_who_is_told_late_is_told_the_gravest_only(cast: Cast, handoff: Handoff) -> None:
    swept(31)
    assert told(cast.salesperson) == [("An offer ran out", "Nobody decided on it; the next receiver is looked for.")]
    assert told(cast.sales_lead) == [("Nobody has decided on an offer in time", "Pass it on, or decide on it.")]


def test_several_at_once_are_one_message_and_one_mail(cast: Cast, rule: InForce) -> None:
    for n in range(3):
        offered(an_mql(f"lead{n}"), rule, cast.salesperson)
    offered(an_mql("late"), rule, cast.salesperson, when=at(-1))
    Mail.objects.all().delete()
    assert swept(3) == Swept(steps=5)
    assert told(cast.salesperson) == [
        ("4 handoffs need a look", "3 offers wait for you. An offer is overdue."),
    ]
    assert list(Mail.objects.values_list("user", "subject")) == [(cast.salesperson.pk, "4 handoffs need a look")]


def test_a_team_is_reminded_of_what_anybody_may_take(cast: Cast, rule: InForce, lead: Lead) -> None:
    offered(lead, rule, cast.sales)
    swept(3)
    assert (
        told(cast.salesperson)
        == told(cast.sales_lead)
        == [("An offer waits for you", "Soon it is due: take it, or say why not.")]
    )


def test_after_acceptance_it_is_the_owner_who_is_reminded_of_the_call(cast: Cast, handoff: Handoff) -> None:
    accept(handoff.pk, by=cast.sales_lead, now=at(1))
    for hour in (3, 6, 8):
        swept(hour)
    assert told(cast.sales_lead) == [
        ("A lead waits for your call", "The first contact is due soon."),
        ("The first contact with a lead is overdue", "Call or write now."),
    ]
    assert told(cast.salesperson) == []
    swept(9)
    assert told(cast.sales_lead)[2:] == [("Nobody has contacted a lead in time", "Pass it on, or make the call.")]


def test_whoever_spoke_with_the_lead_is_left_alone(cast: Cast, rule: InForce, lead: Lead, handoff: Handoff) -> None:
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    contacted(handoff.pk, by=cast.salesperson, kind="call", now=at(5))
    other = offered(an_mql("grace"), rule, cast.salesperson)
    accept(other.pk, by=cast.salesperson, now=at(1))
    log_activities([ActivityRow(kind="email", at=at(2), lead_id=other.lead_id)], now=at(5), actor_id=None)
    assert swept(30) == Swept()
    assert [facts(one, "next_at") for one in (handoff, other)] == [{"next_at": None}] * 2


def test_nobody_is_sent_after_a_lead_that_left(cast: Cast, rule: InForce, lead: Lead, handoff: Handoff) -> None:
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    moved(lead, ("lost", 0.1))
    other = offered(an_mql("grace"), rule, cast.salesperson)
    moved(other.lead, ("disqualified", 0.1), recorded_at=at(3))
    assert swept(30) == Swept()
    assert facts(other, "state", "decided_by") == {"state": "withdrawn", "decided_by": None}


def test_a_decided_offer_is_left_alone(cast: Cast, handoff: Handoff) -> None:
    reject(handoff.pk, by=cast.salesperson, reason="not-now", now=at(1))
    assert swept(30) == Swept()


def test_what_was_passed_on_is_left_alone_once_the_next_has_it(cast: Cast, handoff: Handoff) -> None:
    other = colleague("Other", cast.sales)
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    onward = reassign(handoff.pk, by=cast.salesperson, to_user_id=other.pk, now=at(2))
    accept(onward.pk, by=other, now=at(3))
    swept(8)
    assert told(cast.salesperson) == []
    assert told(other) == [("A lead waits for your call", "The first contact is due soon.")]


def test_a_lead_that_is_being_passed_on_stays_with_its_owner_when_the_offer_runs_out(
    cast: Cast, lead: Lead, handoff: Handoff
) -> None:
    other = colleague("Other", cast.sales)
    accept(handoff.pk, by=cast.salesperson, now=at(1))
    onward = reassign(handoff.pk, by=cast.salesperson, to_user_id=other.pk, now=at(2))
    assert swept(40).expired == 1
    assert facts(onward, "state", "decided_at") == {"state": "expired", "decided_at": at(22)}
    assert stand(lead) == ("sal", "Salesperson", "Sales", None)
    assert not Need.objects.exists()


def test_a_hold_ends_at_its_moment(cast: Cast, lead: Lead, handoff: Handoff) -> None:
    hold(handoff.pk, by=cast.salesperson, reason="stock", now=at(1))
    assert swept(6, 59) == Swept()
    Touched.objects.all().delete()
    assert swept(9, 30) == Swept(steps=1, resumed=1)
    assert [(one.ended_at, one.ended_by) for one in Hold.objects.all()] == [(at(7), None)]
    assert facts(handoff, "accept_by", "contact_by", "next_at") == {
        "accept_by": at(10),
        "contact_by": at(14),
        "next_at": at(10),
    }
    assert Touched.objects.filter(lead_id=lead.pk).exists()
    assert steps() == [("accept", "remind", None, at(9), at(9, 30))]


def test_nothing_runs_out_while_it_waits(cast: Cast, handoff: Handoff) -> None:
    hold(handoff.pk, by=cast.salesperson, reason="customer", now=at(3))
    assert swept(120).expired == 0
    assert facts(handoff, "state", "accept_by") == {"state": "offered", "accept_by": None}


def test_without_expiry_an_offer_stays_open(cast: Cast, lead: Lead) -> None:
    handoff = offered(lead, agreed(cast, expire_after=None), cast.salesperson)
    assert swept(1000) == Swept(steps=4)
    assert facts(handoff, "state", "next_at") == {"state": "offered", "next_at": None}


def test_small_batches_do_the_same(cast: Cast, rule: InForce) -> None:
    for n in range(7):
        offered(an_mql(f"lead{n}"), rule, cast.salesperson)
    assert swept(21, batch=2) == Swept(steps=35, expired=7)
    assert Need.objects.count() == 7


def test_what_small_batches_say_to_somebody_is_one_message(cast: Cast, rule: InForce) -> None:
    for n in range(7):
        offered(an_mql(f"lead{n}"), rule, cast.salesperson)
    Mail.objects.all().delete()
    assert swept(3, batch=2) == Swept(steps=7)
    assert told(cast.salesperson) == [("7 offers wait for you", "7 offers wait for you.")]
    assert Mail.objects.count() == 1
    assert not ToTell.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_lead_that_somebody_is_at_keeps_no_other_waiting(cast: Cast, rule: InForce) -> None:
    for n in range(4):
        offered(an_mql(f"lead{n}"), rule, cast.salesperson)
    first = Handoff.objects.earliest("pk")
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        Lead.objects.select_for_update(no_key=True).get(pk=first.lead_id)
        assert other.submit(_swept_elsewhere).result(timeout=60) == Swept(steps=3)
    assert swept(3, batch=1) == Swept(steps=1)


def _swept_elsewhere() -> Swept:
    try:
        return swept(3, batch=1)
    finally:
        connection.close()


def test_the_task_takes_the_clock_of_the_house(cast: Cast, handoff: Handoff, monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(at(3), monkeypatch)
    tasks.sweep()
    assert [step[1] for step in steps()] == ["remind"]


BEGINNING = """
import os, signal, django
from datetime import datetime
django.setup()
from leads.handoffs import running_out, sweeping
from leads.handoffs.queries import sweep as queries
from leads.handoffs import telling, outcomes
"""
DYING = """
step = getattr({module}, "{name}")

def dying(*args, **kwargs):
    step(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

setattr({module}, "{name}", dying)
moment = datetime.fromisoformat("{now}")
sweeping.sweep(now=lambda: moment, batch={batch})
"""
SECOND = DYING.replace(
    "    step(*args, **kwargs)\n", "    step(*args, **kwargs)\n    if len(called := [*called, 1]) < 2: return\n"
).replace("def dying(*args, **kwargs):\n", "called = []\ndef dying(*args, **kwargs):\n    global called\n")
"""The first time it goes on."""

STEPS = (
    ("queries", "take"), ("sweeping", "end_holds"), ("queries", "do"), ("queries", "expire"), ("running_out", "keep_offered"),
    ("running_out", "need_again"), ("running_out", "touch"), ("sweeping", "touch"), ("queries", "note"),
)  # fmt: skip


def state() -> dict[str, object]:
    """All that a sweep leaves behind, ids apart."""
    return {
        "handoffs": list(
            Handoff.objects.order_by("pk").values_list("pk", "state", "decided_at", "step", "next_at", "accept_by")
        ),
        "steps": sorted(HandoffStep.objects.values_list("handoff", "what", "due_at")),
        "needs": sorted(Need.objects.values_list("lead", "qualified_at")),
        "holds": list(Hold.objects.order_by("pk").values_list("ended_at", flat=True)),
        "deadlines": sorted(Deadline.objects.values_list("handoff", "clock", "due_at", "recorded_at"), key=str),
        "told": sorted(Notice.objects.values_list("user", "title")),
        "mails": sorted(Mail.objects.values_list("address", "subject")),
        "offered": sorted(Lead.objects.exclude(offered_team=None).values_list("pk", flat=True)),
    }


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_is_killed_at_any_step_is_as_if_it_had_not_been_and_made_good_by_the_next(
    cast: Cast, rule: InForce
) -> None:
    for n, when in enumerate((-30, -30, -1, 0, 5)):
        offered(an_mql(f"lead{n}"), rule, cast.salesperson, when=at(when))
    waits = Handoff.objects.latest("pk")
    hold(waits.pk, by=cast.salesperson, reason="stock", until=at(9), now=at(6))
    before = state()
    with runner_on_this_database(BEGINNING) as run:
        for module, name in STEPS:
            assert run(DYING.format(module=module, name=name, now=at(10).isoformat(), batch=100)) == -signal.SIGKILL, (
                name
            )
            assert state() == before, name
    assert swept(10) == Swept(steps=18, expired=2, resumed=1)
    assert swept(10) == Swept()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "noted"), [("note", 1), ("take_to_tell", 5)])
def test_what_a_sweep_that_is_killed_had_noted_the_next_tells_once(
    cast: Cast, rule: InForce, name: str, noted: int
) -> None:
    """Killed as it notes the second batch, or as it tells of all of them."""
    for n in range(5):
        offered(an_mql(f"lead{n}"), rule, cast.salesperson)
    Mail.objects.all().delete()
    with runner_on_this_database(BEGINNING) as run:
        dying = DYING if name != "note" else SECOND
        assert run(dying.format(module="queries", name=name, now=at(3).isoformat(), batch=1)) == -signal.SIGKILL
    assert (len(steps()), ToTell.objects.count(), told(cast.salesperson)) == (noted, noted, [])
    assert swept(3) == Swept(steps=5 - noted)
    assert told(cast.salesperson) == [("5 offers wait for you", "5 offers wait for you.")]
    assert Mail.objects.count() == 1
    assert swept(3) == Swept()
    assert len(told(cast.salesperson)) == 1

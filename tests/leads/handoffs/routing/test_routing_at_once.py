"""Does routing end in the same state, however many work at it, and wherever it is killed?"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection, transaction

from alignment.outbox.models import Notice
from alignment.people.models import User
from leads.definitions import judging
from leads.handoffs.deciding import accept
from leads.handoffs.holding import hold, resume
from leads.handoffs.models import Deadline, Handoff, Need, OfferToTell, ToRoute, Turn
from leads.handoffs.offering import tell_of_offers
from leads.handoffs.receivers import Takes, set_receiver
from leads.handoffs.routing import job, looking
from leads.handoffs.routing import waiting as waiting_marks
from leads.handoffs.routing.looking import Seen
from leads.handoffs.sweeping import sweep
from leads.privacy.consents import NewConsent, record_consents
from tests import world
from tests.dying import run_on_this_database
from tests.leads.handoffs.handing import agreed
from tests.leads.handoffs.routing.pools import came_into, offers, round_robin, shares, team_of, weighted
from tests.world import Cast, day

pytestmark = pytest.mark.django_db(transaction=True)

END = day(3)
LEADS = 90
CAPACITIES = {"Anna": 500, "Bob": 250, "Cleo": 100, "Dora": 50}

DYING = """
import os, signal, django
from datetime import datetime
django.setup()
from leads.handoffs.routing import job
from leads.handoffs.routing import waiting as waiting_marks
from leads.handoffs.routing.queries import needs, turns
calls = 0
step = getattr({module}, "{name}")

def dying(*args, **kwargs):
    global calls
    calls += 1
    found = step(*args, **kwargs)
    if calls == {nth}:
        os.kill(os.getpid(), signal.SIGKILL)
    return found

setattr({module}, "{name}", dying)
job.route_waiting(now=lambda: datetime.fromisoformat("{end}"), batch=20)
"""


@pytest.fixture
def cast(db: None) -> Cast:
    return world.cast()


@pytest.fixture
def people(cast: Cast) -> list[User]:
    """A rule by capacity, and leads that wait."""
    team, people = team_of(*CAPACITIES)
    for person in people:
        set_receiver(person.pk, Takes(capacity=Decimal(CAPACITIES[person.name])), by=cast.operator, now=day(0))
    agreed(cast, routing=[weighted(team)])
    for n in range(LEADS):
        came_into("mql", f"{n:03}", 2)
    judging.drain(now=lambda: END)
    return people


def state() -> dict[str, object]:
    """All that the job leaves behind, but for which lead went to whom."""
    return {
        "shares": shares(),
        "leads": sorted(lead or "" for lead, *_rest in offers()),
        "needs": Counter(Need.objects.values_list("ended_at", "no_receiver")),
        "deadlines": Deadline.objects.count(),
        "turns": list(Turn.objects.order_by("pool").values_list("pool", "given", "owed")),
        "waiting": ToRoute.objects.count(),
        "untold": OfferToTell.objects.count(),
    }


def expected() -> dict[str, object]:
    """What one undisturbed worker makes of it."""
    with transaction.atomic():
        job.drain(now=lambda: END)
        found = state()
        transaction.set_rollback(True)
    return found


def at_once(workers: int, batch: int) -> None:
    """So many workers route at the same time."""
    together = Barrier(workers)

    def work(_number: int) -> None:
        together.wait(timeout=30)
        try:
            job.route_waiting(now=lambda: END, batch=batch)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))


def test_parallel_workers_offer_each_lead_once_and_break_no_share(people: list[User]) -> None:
    wanted = expected()
    at_once(4, batch=7)
    job.drain(now=lambda: END)
    assert state() == wanted
    assert shares() == {"Anna": 50, "Bob": 25, "Cleo": 10, "Dora": 5}


def test_parallel_workers_give_nobody_more_than_their_capacity(cast: Cast) -> None:
    team, (anna, bob) = team_of("Anna", "Bob")
    agreed(cast, "a", order=1, criteria={"field": "lead.country", "op": "is", "value": "DE"}, routing=[weighted(team)])
    agreed(cast, "b", order=2, routing=[round_robin(team, people=[anna.pk])])
    set_receiver(anna.pk, Takes(capacity=Decimal(10)), by=cast.operator, now=day(0))
    set_receiver(bob.pk, Takes(capacity=Decimal(9)), by=cast.operator, now=day(0))
    for n in range(40):
        came_into("mql", f"{n:03}", 2, country="DE" if n % 2 else "FR")
    judging.drain(now=lambda: END)
    at_once(4, batch=3)
    job.drain(now=lambda: END)
    given = shares()
    assert given["Anna"] == 10
    assert given["Bob"] <= 9
    assert Need.objects.filter(ended_at=None, no_receiver_at=END).count() == 40 - sum(given.values())


def test_the_same_lead_marked_many_times_is_offered_once(people: list[User]) -> None:
    leads = list(ToRoute.objects.values_list("lead_id", flat=True))
    for _ in range(3):
        waiting_marks.mark(leads, due_at=END)
    at_once(4, batch=11)
    job.drain(now=lambda: END)
    assert Handoff.objects.count() == LEADS
    assert shares() == {"Anna": 50, "Bob": 25, "Cleo": 10, "Dora": 5}


STEPS = [
    ("job.waiting", "take", 2),
    ("needs", "open_needs", 3),
    ("turns", "keep", 2),
    ("job.offering", "offer_all", 3),
    ("job", "touch", 1),
]


@pytest.mark.parametrize(("module", "name", "nth"), STEPS)
def test_a_worker_killed_at_any_step_is_made_good_by_the_next(
    people: list[User], module: str, name: str, nth: int
) -> None:
    wanted = expected()
    script = DYING.format(module=module, name=name, nth=nth, end=END.isoformat())
    assert run_on_this_database(script) == -signal.SIGKILL
    assert Handoff.objects.count() == 20 * (nth - 1)
    job.drain(now=lambda: END)
    assert state() == wanted


def told() -> list[tuple[str, str]]:
    """Who was told of offers, and how."""
    return sorted(Notice.objects.filter(title__contains="offered").values_list("user__name", "title"))


def titles() -> list[tuple[str, str]]:
    """One for everybody who was offered something, of all of it."""
    return sorted(
        (name, "A lead is offered to you" if n == 1 else f"{n} leads are offered to you")
        for name, n in shares().items()
    )


def test_many_offers_are_one_message_a_receiver(people: list[User]) -> None:
    job.drain(now=lambda: END)
    assert len(titles()) == len(people)
    assert told() == titles()


def test_what_a_worker_that_is_killed_had_offered_and_not_told_the_sweep_tells_once(people: list[User]) -> None:
    script = DYING.format(module="job.offering", name="take_to_tell", nth=1, end=END.isoformat())
    assert run_on_this_database(script) == -signal.SIGKILL
    assert (Handoff.objects.count(), OfferToTell.objects.count(), told()) == (20, 20, [])
    for _twice in range(2):
        sweep(now=lambda: END)
        assert not OfferToTell.objects.exists()
        assert told() == titles()


def test_nobody_is_told_of_an_offer_that_was_decided_on_before_or_is_on_hold_until_it_goes_on(
    people: list[User],
) -> None:
    script = DYING.format(module="job.offering", name="take_to_tell", nth=1, end=END.isoformat())
    assert run_on_this_database(script) == -signal.SIGKILL
    waits, *others = Handoff.objects.order_by("pk")
    assert waits.to_user is not None
    hold(waits.pk, by=waits.to_user, reason="stock", until=END + timedelta(hours=1), now=END)
    for handoff in others:
        assert handoff.to_user is not None
        accept(handoff.pk, by=handoff.to_user, now=END)
    tell_of_offers(now=END)
    assert (told(), list(OfferToTell.objects.values_list("pk", flat=True))) == ([], [waits.pk])
    resume(waits.pk, by=waits.to_user, now=END + timedelta(minutes=1))
    tell_of_offers(now=END + timedelta(minutes=1))
    assert told() == [(waits.to_user.name, "A lead is offered to you")]


@pytest.mark.parametrize("is_judged", [False, True])
def test_what_is_learnt_between_look_and_lock_is_heeded(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, is_judged: bool
) -> None:
    team, _people = team_of("Anna")
    agreed(cast, criteria={"consent": "marketing", "op": "granted"}, routing=[round_robin(team)])
    leads = [came_into("mql", str(n), 2) for n in range(3)]
    record_consents([NewConsent(one.pk, "marketing", "granted", day(1)) for one in leads], now=day(1), actor_id=None)
    judging.drain(now=lambda: END)
    monkeypatch.setattr(job, "FEW", 0)
    look = looking.look

    def looked_and_learnt(lead_ids: Sequence[int], *, now: datetime) -> Seen:
        """Somebody else's transaction ends after the look."""
        found = look(lead_ids, now=now)
        monkeypatch.setattr(job, "look", look)
        with ThreadPoolExecutor(1) as other:
            other.submit(elsewhere).result(timeout=60)
        return found

    def elsewhere() -> None:
        try:
            said = NewConsent(leads[0].pk, "marketing", "withdrawn", END, stated=True)
            record_consents([said], now=END, actor_id=None)
            if is_judged:
                judging.drain(now=lambda: END)
        finally:
            connection.close()

    monkeypatch.setattr(job, "look", looked_and_learnt)
    job.route_waiting(now=lambda: END)
    assert {lead for lead, *_rest in offers()} == {"1", "2"}
    judging.drain(now=lambda: END)
    job.drain(now=lambda: END)
    assert {lead for lead, *_rest in offers()} == {"1", "2"}
    assert not ToRoute.objects.filter(due_at__lte=END).exists()

"""Leads come in, are handed over and decided on while processes are killed, the database restarts and the broker forgets everything.

A few hundred leads among the other tests; `make chaos LEADS=10000 SEED=2` for as many as one likes. The seed says what goes wrong in
which order, which lead is decided how, and what happens meanwhile; how far the product is by then, the machine says.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from random import Random
from threading import Event

from celery import Celery
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from tests.chaos import happenings, reckoning
from tests.chaos.people import Arrivals, Ledger, Receiver
from tests.chaos.running import Product
from tests.chaos.scene import Scene
from tests.embedded.conftest import Place

LEADS, SEED = int(os.environ.get("CHAOS_LEADS", "120")), int(os.environ.get("CHAOS_SEED", "1"))
LEADS_A_ROUND = 2_500
SETTLING = 600.0
JOBS = ("leads.definitions.tasks.qualify", "leads.handoffs.tasks.route")
SWEEP_EVERY = 4
UNDER_WAY = 0.4
"""Of the leads that are in, so many are decided before the next ones come and something else breaks."""


def test_nothing_is_lost_and_nothing_doubled_whatever_breaks(company: Place) -> None:
    random, began = Random(SEED), time.monotonic()

    def said(what: str) -> None:
        print(f"{time.monotonic() - began:7.1f} s  {what}", flush=True)  # noqa: T201  what it did, for who runs it alone

    with Product(company) as product:
        scene = laid_in(company)
        product.begin()
        said(f"the product runs; {LEADS:,} leads will come in (seed {SEED})")
        ledger = live_through(product, scene, random, said)
        said(f"{len(ledger.decisions):,} decisions acknowledged, {ledger.retried:,} of them not at the first attempt")
        said(f"{len(ledger.second):,} were told that somebody else was quicker")
        product.stop_children()

        reckoning.offered_once(product, LEADS)
        reckoning.kept(product, ledger.decisions, ledger.second)
        reckoning.moved_once(product)
        said(f"nobody was further than {reckoning.fair(product, scene.receivers):.2f} leads from their share")
        told = reckoning.told_once(product, scene.receivers, scene.lead)
        said(f"{told:,} times somebody was told of a handoff, each once")
        mails, again = reckoning.mailed_once(product, company.home.path / "mail")
        said(f"{mails:,} mails left, each about something else; {again} of them a second time, under the same name")
        assert verified(company) == 0
        said("the figures agree with what was recorded")


def laid_in(place: Place) -> Scene:
    done = place.run("-m", "tests.chaos.scene")
    assert done.returncode == 0, done.stderr
    return Scene.read(done.stdout)


def live_through(product: Product, scene: Scene, random: Random, said: happenings.Said) -> Ledger:
    """One part of the leads comes in, then something breaks in the middle of what follows, and so on; until all has settled."""
    plan = happenings.drawn(random, max(1, round(LEADS / LEADS_A_ROUND)))
    address, ledger, everything = (product.environment.host, product.environment.port), Ledger(), Event()
    arrivals = Arrivals(scene, address, LEADS, len(plan) + 1)
    people = [Receiver(person, scene, address, ledger, SEED) for person in scene.receivers]
    with ThreadPoolExecutor(len(people) + 1) as pool, hurried(product):
        working = [pool.submit(person.work, everything) for person in people]
        try:
            for part, happening in enumerate(plan):
                settle(product, working, partial(ledger.has, UNDER_WAY * arrivals.parts[part].start))
                coming = pool.submit(arrivals.send, part)
                Event().wait(random.uniform(0, 1.5))
                said(happening(product, random))
                coming.result()
            arrivals.send(len(plan))
            said("all leads are in")
            settle(product, working, lambda: product.number("SELECT count(*)::int FROM leads_handoff") >= LEADS)
            said("all are offered")
            everything.set()
            settle(product, working, lambda: all(one.done() for one in working) and reckoning.nothing_waits(product))
        finally:
            everything.set()
        for one in working:
            one.result()
    return ledger


def settle(product: Product, working: list[Future[None]], holds: happenings.Holds) -> None:
    """Wait for the product to come to it by itself; who gave up meanwhile says why."""
    deadline = time.monotonic() + SETTLING
    while not holds():
        for one in working:
            if one.done():
                one.result()
        assert time.monotonic() < deadline, f"not settled after {SETTLING:.0f} s; see {product.place.home.log}"
        Event().wait(0.2)


@contextmanager
def hurried(product: Product) -> Iterator[None]:
    """The jobs are called far more often than the timekeeper does, so that something is always under way."""
    enough, app = Event(), Celery(broker=product.environment.broker_url)

    def hurry() -> None:
        turn = 0
        while not enough.wait(0.5):
            turn += 1
            sweep = ("leads.handoffs.tasks.sweep",) if turn % SWEEP_EVERY == 0 else ()
            with suppress(OSError, RedisError, KombuError):
                for job in (*JOBS, *sweep):
                    app.send_task(job, queue="now", retry=False)

    with ThreadPoolExecutor(1) as pool:
        hurrying = pool.submit(hurry)
        try:
            yield
        finally:
            enough.set()
            hurrying.result()
            app.close()


def verified(place: Place) -> int:
    """How many figures differ from what they are reckoned from, after a command brought them up to date."""
    recomputed = place.run("manage.py", "recompute")
    assert recomputed.returncode == 0, recomputed.stderr
    done = place.run("manage.py", "verify", "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 0, found
    differences: int = found["differences"]
    return differences

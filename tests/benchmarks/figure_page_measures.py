"""Pages of figures.

In the process that serves them, signed in as the lead of marketing, the 95th percentile of 20 visits. A large company's pages say what was
counted a moment ago and from when it is: each is asked for once beforehand (`counted` is what that took, and what a worker spends to
count it anew), then timed. Funnels by a cut come from cells, whatever days are asked about, and nothing is counted beforehand. Beside
an import means: while leads wait for recomputing and another process writes leads. Questions that nobody has asked before answer
at once that they are being counted. A partner's pages are read live, over the few leads that it sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from threading import Event, Thread

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from kpis.explorer.view import OFFERED
from kpis.pages.report_pages import PAGES
from leads.lifecycle.changes import touch
from leads.models import Lead
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure

SIZES = (10_000, 100_000, 300_000, 1_000_000)
MINUTES = 20

ADDRESSES: dict[str, str] = {
    "dashboard": "/",
    "dashboard_other_days": "/?start=2026-03-03&end=2026-05-17",
    "leakage": "/leakage/",
    "leakage_by_kind": "/leakage/?kind=stalled&side=sales",
    "leakage_by_source": "/leakage/?where=source%3Dsearch",
    "leakage_by_value": "/leakage/?order=value",
    "explorer": "/explore/",
    "explorer_compared": "/explore/?by=channel&compare=source",
    "campaigns": "/campaigns/",
    "scorecard": "/kpis/",
    "metrics": "/metrics/",
    "metric": "/metrics/leads_created/",
    "freshness": "/freshness/",
    **{f"report_{key}": f"/reports/{key}/" for key in PAGES},
}
YEARS = (2025, 2026)
TARGET, GROWTH = 150, 2.0


def measure(bench: Bench) -> Iterator[Figure]:
    """Nothing stays: what is kept on the way goes with the transaction."""
    with transaction.atomic():
        yield from _pages(bench)
        transaction.set_rollback(True)


def _pages(bench: Bench) -> Iterator[Figure]:
    client = bench.client("marketing-lead")
    counted: dict[str, float] = {}
    for name, address in ADDRESSES.items():
        counted[name] = bench.timed(partial(_opened, client, address, wait=True)).seconds
        bench.said(f"{address} counted once: {counted[name]:.1f} s")
        value = bench.p95(partial(_opened, client, address))
        yield Figure(f"page_{name}", f"`{address}`", value, "ms", target=TARGET, growth=GROWTH)
    slowest = max(counted, key=lambda name: counted[name])
    yield Figure("counted_all", "All of these pages counted once", sum(counted.values()), "s")
    yield Figure("counted_most", f"The one that takes longest ({ADDRESSES[slowest]})", counted[slowest], "s")
    yield _any_cut(bench, client)
    yield _new_question(bench, client)
    with _busy(bench):
        for name in ("dashboard", "leakage"):
            value = bench.p95(partial(_opened, client, ADDRESSES[name]))
            title = f"`{ADDRESSES[name]}` while leads wait and others are written"
            yield Figure(f"page_{name}_busy", title, value, "ms", target=2 * TARGET)


def _any_cut(bench: Bench, client: Client) -> Figure:
    """The slowest of every cut of every year, each by its p95."""
    addresses = [
        f"/reports/funnel/?start={year}-01-01&end={year + 1}-01-01&by={cut}"
        for year, cut in product(YEARS, ("month", "week", *OFFERED))
    ]
    for address in addresses:
        _opened(client, address, wait=True)  # cells answer all but the cut by system, which is counted once
    value = max(bench.p95(partial(_opened, client, address), of=5) for address in addresses)
    return Figure(
        "page_funnel_any_cut",
        "Funnel by any cut for any year, the slowest of them",
        value,
        "ms",
        target=TARGET,
        growth=GROWTH,
    )


def _new_question(bench: Bench, client: Client) -> Figure:
    """A question that nobody has asked; a worker is asked to count it, which here is nobody."""
    cache.clear()
    address = "/reports/velocity/?start=2026-01-07&end=2026-04-09&by=source"
    value = 1000 * bench.timed(lambda: client.get(address)).seconds
    return Figure("page_new_question", "A question that nobody has asked before, until something is there", value, "ms")


def _opened(client: Client, address: str, *, wait: bool = False) -> None:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}wait=1" if wait else address)
    if answer.status_code != 200:
        raise AssertionError(f"{address} answers {answer.status_code}")


@contextmanager
def _busy(bench: Bench) -> Iterator[None]:
    """A thousand leads wait, and somebody else writes rows all the time (and takes them back)."""
    touch(list(Lead.objects.order_by("-pk").values_list("pk", flat=True)[:1000]))
    done = Event()
    thread = Thread(target=_write, args=(bench, done))
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _write(_bench: Bench, done: Event) -> None:
    try:
        while not done.is_set():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "CREATE TEMP TABLE beside ON COMMIT DROP AS SELECT * FROM leads_lead ORDER BY id LIMIT 20000"
                )
                cursor.execute("CREATE INDEX ON beside (email)")
                transaction.set_rollback(True)
    finally:
        connection.close()

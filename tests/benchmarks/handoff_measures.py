"""Routing: who comes in is handed over

10,000 leads come in within a minute, and are offered by the rules in force, which look at the company's owner first, then at territory,
then at who has room; the receivers take as many as come. Single arrivals come in the week after. Timed is from taking the marks out of
the queue to the commit of the offers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from statistics import quantiles
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

SIZES = (100_000, 1_000_000)
WRITES = True
WHY = {
    "route_bulk": (
        "an offer writes some forty index entries (the lead's, the handoff's, its deadlines') and foreign keys are checked for each; "
        "what each receiver has taken is counted anew for every 64 leads, since a click waits for no more."
    ),
}
MANY, SINGLE = 10_000, 100
NEXT_WEEK = 7 * 24 * 60
ROOM = Decimal(20_000)


def measure(bench: Bench) -> Iterator[Figure]:
    """The many at once, then single ones."""
    from leads.handoffs.models import Receiver
    from leads.handoffs.routing import job
    from leads.records.models import Lead

    Receiver.objects.update(capacity=ROOM)
    job.drain(now=lambda: bench.now)
    stay = Lead.objects.filter(stage="inquiry", is_test=False).order_by("-pk").values_list("pk", flat=True)
    waiting = list(stay[: MANY + SINGLE])
    many, single = waiting[:-SINGLE], waiting[-SINGLE:]
    _come_in(bench, many, 1)
    moment = bench.now + timedelta(minutes=2)
    run = bench.timed(lambda: job.route_waiting(now=lambda: moment))
    offered = run.found.offered
    if offered < len(many) // 2:
        raise SystemExit(f"Only {offered:,} of {len(many):,} leads were offered.")
    size = f"{offered:,} offered"
    yield Figure(
        "route_bulk",
        "10,000 leads offered in bulk",
        run.seconds / offered * 10_000,
        "s",
        target=5,
        growth=1.3,
        cpu=run.cpu,
        size=size,
    )
    yield Figure("route_bulk_rate", "The same, a second", offered / run.seconds, "leads/s")
    alone = [_alone(bench, lead_id, number) for number, lead_id in enumerate(single)]
    p50, p95 = (quantiles(alone, n=20)[n] for n in (9, 18))
    yield Figure("route_single", "A single arrival decided and offered, median", p50, "ms", target=20, growth=1.3)
    yield Figure("route_single_p95", "The same, p95", p95, "ms", target=20)


def _come_in(bench: Bench, lead_ids: Sequence[int], minutes: int) -> None:
    """They are moved into the stage, and judged."""
    from leads.definitions import judging
    from leads.lifecycle.changes import NewChange, record_changes

    at = bench.now + timedelta(minutes=minutes)
    record_changes([NewChange(lead_id, "mql", at, "manual") for lead_id in lead_ids], recorded_at=at)
    judging.drain(now=lambda: at)


def _alone(bench: Bench, lead_id: int, number: int) -> float:
    """Milliseconds from taking the mark to the commit of the offer."""
    from leads.handoffs.routing import job

    _come_in(bench, [lead_id], NEXT_WEEK + number)
    moment = bench.now + timedelta(minutes=NEXT_WEEK + number, seconds=1)
    return 1000 * bench.timed(lambda: job.route_waiting(now=lambda: moment)).seconds

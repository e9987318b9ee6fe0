"""Which kinds of leak are there? One declaration a kind: jobs, pages, API, report and docs follow it.

A kind's query reads the CTEs `stays` and `agreed` (`kpis.leaks.queries.stays`) and gives lead_id, pass_number, since, until and
limit_seconds: every interval in which the condition would hold if what is agreed there held always, the one that will open if
nothing happens included. A kind with a limit gives such intervals for each row of `agreed`, with its `during`. Of them counts what
lies in the time in which that was agreed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from psycopg2 import sql

from kpis.leaks.queries.orphaned import ORPHANED
from kpis.leaks.queries.stalled import STALLED
from kpis.leaks.queries.unexplained import UNEXPLAINED
from kpis.leaks.queries.unreachable import UNREACHABLE
from kpis.leaks.queries.untouched import untouched


@dataclass(frozen=True)
class LeakKind:
    """One kind of leak. `side` should act; None is the side of the stage the lead was in when the leak opened.

    `limit` and `quiet` are defaults: the agreed limits say what is in force, as columns KEY_limit and KEY_quiet of `agreed`. A kind
    without a limit is a leak at once.
    """

    key: str
    title: str
    sentence: str
    intervals: sql.Composable
    side: str | None = None
    limit: timedelta | None = None
    quiet: timedelta | None = None


KINDS = (
    LeakKind(
        "stalled", "stalled", "Longer in this stage than agreed, and nothing was done lately.", sql.SQL(STALLED),
        limit=timedelta(days=30), quiet=timedelta(days=14),
    ),
    LeakKind("unexplained", "unexplained", "Given up without a reason that the other side could learn from.", sql.SQL(UNEXPLAINED)),
    LeakKind("orphaned", "orphaned", "Nobody who could act owns this lead.", sql.SQL(ORPHANED)),
    LeakKind("unreachable", "unreachable", "Sales can neither write nor call: no usable e-mail or telephone.", sql.SQL(UNREACHABLE)),
    LeakKind(
        "forgotten", "forgotten", "Went back to marketing, may be contacted, and has not heard from us since.",
        untouched("recycled", "forgotten_limit"), side="marketing", limit=timedelta(days=30),
    ),
    LeakKind(
        "dropped_customer", "dropped customer", "Became a customer, may be contacted, and has not heard from us since.",
        untouched("won", "dropped_customer_limit"), side="marketing", limit=timedelta(days=60),
    ),
)  # fmt: skip

BY_KEY = {kind.key: kind for kind in KINDS}

"""Which kinds of leak are there? One declaration a kind: jobs, pages, API, report and docs follow it.

A kind's query reads the CTEs `stays` and `agreed` (`kpis.leaks.queries.stays`), those about handoffs also `handed`, `taken_back`,
`needed` and `passed` (`kpis.leaks.queries.handed`), and gives lead_id, pass_number, since, until and limit_seconds: every interval
in which the condition would hold if what is agreed there held always, the one that will open if nothing happens included. A kind
with a limit gives such intervals for each row of `agreed`, with its `during`. Of them counts what lies in the time in which that was
agreed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from psycopg2 import sql

from kpis.leaks.queries.orphaned import ORPHANED
from kpis.leaks.queries.ping_pong import PING_PONG
from kpis.leaks.queries.stalled import STALLED
from kpis.leaks.queries.unaccepted import UNACCEPTED
from kpis.leaks.queries.uncontacted import UNCONTACTED
from kpis.leaks.queries.unexplained import UNEXPLAINED
from kpis.leaks.queries.unreachable import UNREACHABLE
from kpis.leaks.queries.unrouted import UNROUTED
from kpis.leaks.queries.untouched import untouched


@dataclass(frozen=True)
class LeakKind:
    """One kind of leak. `side` should act; None is the side of the stage the lead was in when the leak opened, or with `names_side`
    the side that its intervals name.

    `limit`, `quiet` and `times` are defaults: the agreed limits say what is in force, as columns KEY_limit, KEY_quiet and KEY_times of
    `agreed`. A kind without any is a leak at once, or as soon as the rule of a handoff says.
    """

    key: str
    title: str
    sentence: str
    intervals: sql.Composable
    side: str | None = None
    limit: timedelta | None = None
    quiet: timedelta | None = None
    times: int | None = None
    names_side: bool = False

    @property
    def is_agreed(self) -> bool:
        """Whether the limits say something of it."""
        return self.limit is not None or self.times is not None


KINDS = (
    LeakKind(
        "unrouted", "unrouted", "Ready to be handed over, and nobody was offered it.", sql.SQL(UNROUTED), limit=timedelta(hours=1)
    ),
    LeakKind(
        "unaccepted", "unaccepted", "Offered, and not decided by the deadline agreed.", sql.SQL(UNACCEPTED), names_side=True
    ),
    LeakKind(
        "uncontacted", "uncontacted", "Accepted, and nobody got in touch by the deadline agreed.", sql.SQL(UNCONTACTED),
        names_side=True,
    ),
    LeakKind(
        "stalled", "stalled", "Longer in this stage than agreed, and nothing was done lately.", sql.SQL(STALLED),
        limit=timedelta(days=30), quiet=timedelta(days=14),
    ),
    LeakKind(
        "ping_pong", "ping-pong", "Goes to and fro between the two sides without getting any further.", sql.SQL(PING_PONG), times=3
    ),
    LeakKind(
        "unexplained", "unexplained", "Given up or turned down without a reason that the other side could learn from.",
        sql.SQL(UNEXPLAINED), names_side=True,
    ),
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

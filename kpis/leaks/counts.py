"""How many leaks of each kind and side are open, now or at another instant? At once, however many leads there are.

Asked by `kpis.leaks.selectors` for whoever sees everything: the dashboard and the leaks beside it. As of the last recomputing: what waits
is not in it yet. Time passing needs nothing: what is kept of a leak says when it opens and closes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kpis.leaks.queries.counts import Open, read_open


def open_at_once(moments: Sequence[datetime]) -> list[Open]:
    """By (kind, side), for each of the instants in their order; only those there are any of."""
    return read_open(moments) if moments else []

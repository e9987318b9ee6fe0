"""Which leaks should be closed first? The three kinds with the most open leaks of the readers' side."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from alignment.ui.words import count
from kpis.digests.content import Line
from kpis.leaks.kinds import BY_KEY
from kpis.leaks.selectors import open_at

SHOWN = 3


def leaks(readers: str, now: datetime) -> tuple[Line, ...]:
    """Kinds by how many are open, with the page that lists them; for management both sides together."""
    found: Counter[str] = Counter()
    opened = open_at(now) if readers == "management" else open_at(now).filter(side=readers)
    found.update(opened.values_list("kind", flat=True))
    order = list(BY_KEY)
    ranked = sorted(found.items(), key=lambda item: (-item[1], order.index(item[0])))
    side = "" if readers == "management" else f"&side={readers}"
    return tuple(
        Line(
            f"{count(n)} {'lead is' if n == 1 else 'leads are'} {BY_KEY[kind].title}",
            BY_KEY[kind].sentence,
            f"/leakage/?kind={kind}{side}",
            "bad",
        )
        for kind, n in ranked[:SHOWN]
    )

"""What do pages about leads show of leaks? A panel on a lead's page, signs in lists, and two filters of the list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from alignment.people.models import User
from alignment.people.selectors import may_write
from alignment.ui.words import since, span
from kpis.leaks.kinds import BY_KEY, KINDS
from kpis.leaks.selectors import leaking, leaks_of, open_at, open_by_index
from kpis.models import Leak
from kpis.pages.leak_acts import acts_for
from leads import panels
from leads.models import Lead

ANY = "any"


def panel_of(lead: Lead, user: User, now: datetime) -> Mapping[str, object] | None:
    """The open leaks of a lead in plain words, with what may be done about each, or nothing."""
    leaks = [(leak, BY_KEY[leak.kind]) for leak in leaks_of(lead, now=now) if leak.kind in BY_KEY]
    acts = acts_for([(lead.pk, leak.kind) for leak, _kind in leaks], user) if leaks and may_write(user) else {}
    rows = [
        {
            "title": kind.title,
            "sentence": kind.sentence,
            "side": leak.side,
            "since": leak.since,
            "limit": span(leak.limit_seconds) if leak.limit_seconds else "",
            "act": acts.get((lead.pk, leak.kind)),
        }
        for leak, kind in leaks
    ]
    return {"leaks": rows} if rows else None


def marks_of(lead_ids: Sequence[int], now: datetime) -> Mapping[int, Sequence[panels.Mark]]:
    """A sign for each open leak of these leads."""
    found: dict[int, list[panels.Mark]] = defaultdict(list)
    for lead_id, kind, opened in (
        open_at(now).filter(lead__in=lead_ids).order_by("since").values_list("lead_id", "kind", "since")
    ):
        if kind in BY_KEY:
            found[lead_id].append(
                panels.Mark("leak", BY_KEY[kind].title, f"{BY_KEY[kind].sentence} {since(opened, now).capitalize()}.")
            )
    return found


def _choices() -> list[tuple[str, str]]:
    return [(ANY, "Any"), *((kind.key, kind.title.capitalize()) for kind in KINDS)]


def _of_kind(leads: QuerySet[Lead], value: str, now: datetime) -> QuerySet[Lead]:
    return leaking(leads, now=now, kind=None if value == ANY else value)


def _of_side(leads: QuerySet[Lead], value: str, now: datetime) -> QuerySet[Lead]:
    return leaking(leads, now=now, side=value)


def _among_kind(value: str, now: datetime) -> Sequence[QuerySet[Leak]]:
    return open_by_index(now=now, kind=None if value == ANY else value)


def _among_side(value: str, now: datetime) -> Sequence[QuerySet[Leak]]:
    return open_by_index(now=now, side=value)


def install() -> None:
    """Show leaks on the pages about leads."""
    panels.panels.append(panels.LeadPanel("kpis/_lead_leaks.html", panel_of))
    panels.marks.append(marks_of)
    panels.filters.append(panels.LeadFilter("leak", "Open leak", _choices, _of_kind, "Leaking", _among_kind))
    sides = [("marketing", "Marketing"), ("sales", "Sales")]
    panels.filters.append(panels.LeadFilter("leak_side", "Leak of", lambda: sides, _of_side, among=_among_side))

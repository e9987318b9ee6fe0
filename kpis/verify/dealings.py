"""What the rows of handoffs, deadlines and needs say of one lead, and whether what is kept beside them agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alignment.agreements.models import Version
from kpis.verify.handed import Dealings, Offer, Wish, Word
from kpis.verify.streams import Row
from leads.handoffs.terms import KIND

TYPED = timedelta(minutes=15)


@dataclass(frozen=True)
class Agreed:
    """What leaks look at of a version of a rule: how many seconds there are, of the kind of time it counts, and who hands over."""

    accept_seconds: int = 0
    contact_seconds: int = 0
    side: str = "marketing"


Rules = Mapping[int, Agreed]


def agreed_rules() -> Rules:
    """By version of a rule."""
    return {pk: _agreed(terms) for pk, terms in Version.objects.filter(agreement__kind=KIND).values_list("pk", "terms")}


def _agreed(terms: Mapping[str, Any]) -> Agreed:
    accept, contact = (
        round(terms.get(name, {}).get("hours", 0) * 3600) for name in ("accept_within", "contact_within")
    )
    return Agreed(accept, contact, _figured(terms.get("from", {}).get("side", "marketing")))


def dealings_of(rows: Mapping[str, Sequence[Row]], rules: Rules) -> Dealings:
    """Everything about the handoffs of one lead."""
    due = _deadlines(rows["deadlines"])
    offers = []
    for (
        pk, replaces, from_side, to_side, _team, offered_at, state, decided_at, decided_recorded_at, returned_at, reason,
        told_at, _accept_by, _contact_by, rule,
    ) in rows["handoffs"]:  # fmt: skip
        if not (reason or "").strip():
            told_at = None
        elif told_at is None or told_at <= decided_recorded_at:
            told_at = decided_at
        agreed = rules.get(rule, Agreed())
        offers.append(
            Offer(
                pk, replaces, _figured(from_side), _figured(to_side), offered_at, state, decided_at, returned_at, told_at,
                due.get((pk, "accept")), due.get((pk, "contact")), agreed.accept_seconds, agreed.contact_seconds,
            )
        )  # fmt: skip
    words = [
        Word(at, side, at if typed is None else max(at, typed - TYPED))
        for _kind, direction, side, automated, at, typed in rows["activities"]
        if direction == "outbound" and not automated
    ]
    return Dealings(offers, [Wish(rules.get(rule, Agreed()).side, *when) for rule, *when in rows["needs"]], words)


def _figured(side: str) -> str:
    return "sales" if side == "partner" else side


def _deadlines(log: Sequence[Row]) -> dict[tuple[int, str], datetime | None]:
    """The last word on each clock."""
    return {(handoff, clock): due_at for handoff, clock, due_at in log}


def open_as_kept(rows: Mapping[str, Sequence[Row]]) -> Row:
    """What handoffs say of their deadlines, and how many offers and needs of the lead are open."""
    deadlines = [(pk, accept_by, contact_by) for pk, *_rest, accept_by, contact_by, _rule in rows["handoffs"]]
    return (deadlines, *_open(rows))


def open_as_logged(rows: Mapping[str, Sequence[Row]]) -> Row:
    """What the log of deadlines says of them; there is at most one open offer, and one open need."""
    due = _deadlines(rows["deadlines"])
    deadlines = [(pk, due.get((pk, "accept")), due.get((pk, "contact"))) for pk, *_rest in rows["handoffs"]]
    return (deadlines, *(min(1, number) for number in _open(rows)))


def _open(rows: Mapping[str, Sequence[Row]]) -> tuple[int, int]:
    offers = sum(state == "offered" for _pk, _r, _f, _t, _team, _at, state, *_rest in rows["handoffs"])
    return offers, sum(ended_at is None for *_rest, ended_at in rows["needs"])


def offered_to(rows: Mapping[str, Sequence[Row]]) -> int | None:
    """The team to which the lead is on open offer."""
    return next((team for _pk, _r, _f, _t, team, _at, state, *_rest in rows["handoffs"] if state == "offered"), None)

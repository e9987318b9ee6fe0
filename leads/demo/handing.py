"""What do the demo's salespeople do with leads that are offered to them? Each by their habits, through the services people use.

`react` makes up what becomes of an offer, as acts with their moments; `act` carries one out, if there is still ground for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp

from alignment.people.models import User
from alignment.refusals import Refused
from leads.demo import cast
from leads.demo.days import DAY, at_work
from leads.demo.generator import Writer
from leads.demo.story import Event, Row
from leads.handoffs import contacting, deciding, holding, returning
from leads.handoffs.models import Handoff

HOUR = timedelta(hours=1)
REASONS = (("not-ready", 0.4), ("unreachable", 0.15), ("no-fit", 0.3), ("not-mine", 0.15))
STILL_OPEN = 0.55
"""How many of those from the fair nobody came to yet."""
NOTES = ("A school.", "They look for spare parts only.", "A competitor.", "Not in our region.")


@dataclass(frozen=True)
class Outcome:
    """What an act led to: taken by somebody, sent back to be nurtured, or neither."""

    taken_by: str | None = None
    recycled: bool = False


def react(writer: Writer, handoff: Handoff, *, at: datetime) -> list[Event]:
    """What the receiver will do with it; it was offered at that moment of the story."""
    to = handoff.to_user.email if handoff.to_user and handoff.to_user.email else "sales@demo.example"
    hours, turns_down, does_nothing = cast.HABITS[to]
    random = writer.random
    fate = random.random()
    at = at_work(at + hours * exp(random.gauss(0, 0.7)) * HOUR)
    if fate < does_nothing or (writer.at_fair and random.random() < STILL_OPEN):
        return []
    if fate < does_nothing + turns_down:
        reason = random.choices([key for key, _share in REASONS], [share for _key, share in REASONS])[0]
        note = random.choice(NOTES) if reason == "no-fit" else None
        return [writer.does("reject", handoff.pk, at, by=to, reason=reason, note=note)]
    return [writer.does("accept", handoff.pk, at, by=to), *_in_hand(writer, handoff.pk, at, to)]


def _in_hand(writer: Writer, handoff_id: int, at: datetime, by: str) -> list[Event]:
    """What whoever took a lead does next: most call soon, some are asked to wait, a few never do."""
    random = writer.random
    mood = random.random()
    if mood < 0.1:
        return []
    found = []
    calls = at_work(at + random.choice((0.3, 1, 3, 9)) * exp(random.gauss(0, 0.6)) * HOUR)
    if mood < 0.25:
        waits = at_work(at + 0.2 * HOUR)
        found.append(writer.does("hold", handoff_id, waits, by=by, reason="customer"))
        calls = at_work(waits + (1 + 2 * random.random()) * DAY)
    outcome = random.choice(("reached", "reached", "no answer", "left a message"))
    found.append(writer.does("contacted", handoff_id, calls, by=by, kind="call", outcome=outcome))
    if outcome == "no answer" and random.random() < 0.4:
        back = at_work(calls + 2 * DAY)
        found.append(writer.does("give_back", handoff_id, back, by=by, reason="unreachable", note=None))
    return found


def act(row: Row, *, now: datetime) -> Outcome:
    """Carry out what somebody does; nothing, where there is no ground for it any more."""
    by = User.objects.select_related("team").get(email=row["by"])
    try:
        return ACTS[row["what"]](row, by, now)
    except Refused:
        return Outcome()


def _accept(row: Row, by: User, now: datetime) -> Outcome:
    deciding.accept(row["handoff"], by=by, now=now)
    return Outcome(taken_by=row["by"])


def _reject(row: Row, by: User, now: datetime) -> Outcome:
    done = deciding.reject(row["handoff"], by=by, reason=row["reason"], note=row["note"], now=now)
    return Outcome(recycled=_was_recycled(done))


def _give_back(row: Row, by: User, now: datetime) -> Outcome:
    done = returning.give_back(row["handoff"], by=by, reason=row["reason"], note=row["note"], now=now)
    return Outcome(recycled=_was_recycled(done))


def _hold(row: Row, by: User, now: datetime) -> Outcome:
    holding.hold(row["handoff"], by=by, reason=row["reason"], now=now)
    return Outcome()


def _contacted(row: Row, by: User, now: datetime) -> Outcome:
    contacting.contacted(row["handoff"], by=by, kind=row["kind"], outcome=row["outcome"], now=now)
    return Outcome()


def _was_recycled(handoff: Handoff) -> bool:
    handoff.lead.refresh_from_db(fields=["stage"])
    return handoff.lead.stage_id == "recycled"


ACTS: dict[str, Callable[[Row, User, datetime], Outcome]] = {
    "accept": _accept, "reject": _reject, "give_back": _give_back, "hold": _hold, "contacted": _contacted,
}  # fmt: skip

"""Which leads may be one person? Compared as they come in or change, with everybody we know.

Called by the worker every few seconds and by runs over the stock. Safe twice, in parallel, and killed at any instant: a lead
leaves the queue in the transaction that compares it. Nothing is ever merged here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from leads.duplicates.criteria import LEAST, evidence, score
from leads.duplicates.keys import keys_of
from leads.duplicates.likeness import likeness
from leads.duplicates.queries import keys, pairs, waiting
from leads.duplicates.queries.candidates import Candidate, candidates

BATCH = 2_000

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Compared:
    """How many leads were compared, and how many new pairs were found."""

    leads: int = 0
    pairs: int = 0

    def __add__(self, other: Compared) -> Compared:
        return Compared(self.leads + other.leads, self.pairs + other.pairs)


def compare_waiting(*, now: Clock, batch: int = BATCH, wait: bool = False) -> Compared:
    """Compare all who wait; with `wait` after whoever is comparing now, else not at all while somebody is."""
    done = Compared()
    while (some := _compare_batch(now(), batch, wait)).leads:
        done += some
    return done


@again_after_deadlock
@transaction.atomic
def _compare_batch(now: datetime, batch: int, wait: bool) -> Compared:
    if not waiting.have_turn(wait=wait):
        return Compared()
    lead_ids = waiting.take(batch)
    return compare(lead_ids, now=now) if lead_ids else Compared()


def compare(lead_ids: Sequence[int], *, now: datetime) -> Compared:
    """Look for pairs of these leads. The caller has its turn (`waiting.have_turn`)."""
    return pair_up(lay_out(lead_ids), now=now)


def pair_up(ids: Sequence[int], *, now: datetime) -> Compared:
    """The same for leads whose keys are laid out."""
    rows = [row for row in map(_judged, candidates(ids)) if row is not None]
    found = pairs.keep(ids, rows, now=now)
    pairs.compare_crowded_anew(ids)
    return Compared(len(ids), found)


def lay_out(lead_ids: Sequence[int]) -> list[int]:
    """Bring the keys of these leads, and of those they were merged into, up to date; their ids."""
    ids = keys.with_survivors(lead_ids)
    keys.keep(ids, ((known.lead_id, key) for known in keys.known_of(ids) for key in keys_of(known)))
    return ids


def _judged(pair: Candidate) -> dict[str, object] | None:
    """The pair as it is kept, or None where nothing much speaks for it."""
    found = evidence(pair.kinds, likeness(pair.first_names, pair.second_names))
    total = score(found)
    if total < LEAST:
        return None
    reasons = [{name: text for name, text in asdict(piece).items() if name != "score"} for piece in found]
    return {"first": pair.first, "second": pair.second, "score": total, "reasons": reasons}

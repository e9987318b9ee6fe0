"""What does the data-driven model learn? Every journey's steps, counted batch by batch, and what each channel's removal would cost.

Journeys are those of won and lost deals, and of accounts that have no deal and were last touched longer than the look-back ago: of
these the touches within a look-back of the last one. Called every night, and when much changed. Deals and such accounts are read
beside each other. Channels are numbered in the order of their names: the same journeys teach the same to the last part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np

from alignment.ranges import beside
from kpis.attribution import markov
from kpis.attribution.arrays import Int64
from kpis.attribution.channels import Channels
from kpis.attribution.models import ChannelEffect
from kpis.attribution.queries.deals import next_deals, read_deals
from kpis.attribution.queries.idle import idle_companies, idle_people
from kpis.attribution.queries.touches import OF_COMPANIES, OF_DEALS, OF_PEOPLE, Horizon, Touches, read_touches
from kpis.attribution.terms import AttributionTerms

BATCH = 2_000
PARTS = 10**9
"""Effects are kept in whole parts of this: what is credited by them is exact, and the same on every machine."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

Read = tuple[Touches, Int64, Int64]
"""Touches of some journeys, and of each touch how often its journey was won and came to nothing."""


@dataclass(frozen=True)
class Effects:
    """By channel's name its removal effect in parts of `PARTS`, and its share of all wins in wins."""

    effects: dict[str | None, int]
    conversions: dict[str | None, float]
    journeys: int

    def of(self, names: Sequence[str | None]) -> Int64:
        """The effects of these channels; one that was never learnt of has none."""
        return np.array([self.effects.get(name, 0) for name in names], dtype=np.int64)


@dataclass(frozen=True)
class _Counted:
    """The steps of some journeys, with the channels by whose numbers they are counted."""

    channels: Channels
    steps: markov.Steps
    journeys: int


def learn(terms: AttributionTerms, horizon: Horizon) -> Effects:
    """The model as of an instant, from everything that had happened by then."""
    found = beside([partial(_count, _of_deals, terms, horizon), partial(_count, _of_idle, terms, horizon)])
    names = sorted({name for one in found for name in one.channels.names}, key=lambda name: (name is not None, name))
    numbers = {name: number for number, name in enumerate(names)}
    steps = markov.Steps()
    for one in found:
        steps.take_in(one.steps, [numbers[name] for name in one.channels.names])
    learnt = markov.solve(steps, len(names))
    effects = np.rint(learnt.effects * PARTS).astype(np.int64).tolist()
    return Effects(
        dict(zip(names, effects, strict=True)),
        dict(zip(names, learnt.conversions.tolist(), strict=True)),
        sum(one.journeys for one in found),
    )


def _count(
    read: Callable[[AttributionTerms, Horizon], Iterator[Read]], terms: AttributionTerms, horizon: Horizon
) -> _Counted:
    channels, steps, journeys = Channels(), markov.Steps(), 0
    for touches, won, nothing in read(terms, horizon):
        steps.add(touches.journey, channels.of(touches), won, nothing)
        journeys += len(np.unique(touches.journey))
    return _Counted(channels, steps, journeys)


def kept_effects() -> Effects:
    """What was learnt last."""
    rows = list(ChannelEffect.objects.values_list("channel", "effect", "conversions"))
    return Effects({name: effect for name, effect, _c in rows}, {name: c for name, _e, c in rows}, 0)


def keep_effects(learnt: Effects) -> None:
    """Put what was learnt in the place of what was. The caller holds the transaction."""
    ChannelEffect.objects.all().delete()
    ChannelEffect.objects.bulk_create(
        ChannelEffect(channel=name, effect=effect, conversions=learnt.conversions[name])
        for name, effect in learnt.effects.items()
        if effect or name is not None
    )


def _of_deals(terms: AttributionTerms, horizon: Horizon) -> Iterator[Read]:
    for deals in _batches(lambda after: next_deals(after, BATCH)):
        facts = [one for one in read_deals(deals, horizon) if one.won or one.lost]
        touches = read_touches(OF_DEALS, [one.id for one in facts], terms, horizon)
        if len(touches):
            deal_ids, won = np.array([one.id for one in facts]), np.array([one.won for one in facts], dtype=np.int64)
            of_touch = won[np.searchsorted(deal_ids, touches.journey)]
            yield touches, of_touch, 1 - of_touch


def _of_idle(terms: AttributionTerms, horizon: Horizon) -> Iterator[Read]:
    for wanted, read in ((OF_COMPANIES, idle_companies), (OF_PEOPLE, idle_people)):
        for accounts in _batches(partial(_of_accounts, read, horizon)):
            touches = _last_look_back(read_touches(wanted, accounts, terms, horizon), terms, horizon)
            if len(touches):
                yield touches, np.zeros(len(touches), dtype=np.int64), np.ones(len(touches), dtype=np.int64)


def _last_look_back(touches: Touches, terms: AttributionTerms, horizon: Horizon) -> Touches:
    """Of accounts that were last touched long ago, the touches within a look-back of the last one."""
    if not len(touches):
        return touches
    starts = np.flatnonzero(np.diff(touches.journey, prepend=touches.journey[0] - 1))
    counts = np.diff(np.append(starts, len(touches)))
    last = np.repeat(touches.at[starts + counts - 1], counts)
    microsecond = timedelta(microseconds=1)
    look_back, now = terms.look_back // microsecond, (horizon.as_of - BEGINNING) // microsecond
    kept = (last < now - look_back) & (touches.at > last - look_back)
    return Touches(*(column[kept] for column in vars(touches).values()))


def _of_accounts(read: Callable[[int, int, Horizon], list[int]], horizon: Horizon, after: int) -> list[int]:
    return read(after, BATCH, horizon)


def _batches(read: Callable[[int], list[int]]) -> Iterator[list[int]]:
    after = 0
    while ids := read(after):
        yield ids
        after = ids[-1]

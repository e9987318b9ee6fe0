"""Which leaks do the handoffs of one lead make? From the rows of its handoffs, needs and deadlines, one after the other.

Written from the definitions, without a look at the statements that keep the leaks. What is found are pieces: each has its own end,
and those of a kind that overlap within a pass are one leak, told by the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kpis.verify.walk import Stay

SETTLED = ("accepted", "rejected")


@dataclass(frozen=True)
class Offer:
    """One handoff, with the deadlines that its log names last. Sides are marketing or sales."""

    id: int
    replaces: int | None
    from_side: str
    to_side: str
    offered_at: datetime
    state: str
    decided_at: datetime | None
    returned_at: datetime | None
    told_at: datetime | None
    accept_by: datetime | None
    contact_by: datetime | None
    accept_seconds: int
    contact_seconds: int


@dataclass(frozen=True)
class Wish:
    """One time in which a lead was to be handed over, by the side that is to do it."""

    side: str
    qualified_at: datetime
    no_receiver_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Word:
    """Something said to the lead by a person, and the instant at which it counts."""

    at: datetime
    side: str
    counts_at: datetime


@dataclass(frozen=True)
class Dealings:
    """What is known of one lead's handoffs."""

    offers: Sequence[Offer] = ()
    wishes: Sequence[Wish] = ()
    words: Sequence[Word] = ()


@dataclass(frozen=True)
class Piece:
    """[since, until) within a pass; no `side`: that of the stage."""

    pass_number: int
    since: datetime
    until: datetime | None
    side: str | None
    limit_seconds: int


class Passes:
    """When each pass of a lead began and ended, and within it when its highest position rose."""

    def __init__(self, stays: Sequence[Stay]) -> None:
        self._stays = stays
        self.began: dict[int, datetime] = {}
        self.rises: dict[int, list[datetime]] = {}
        highest: dict[int, int] = {}
        for stay in stays:
            number, position = stay.pass_number, stay.stage.position
            if number not in self.began:
                self.began[number] = stay.at
                self.rises[number] = [stay.at]
            if position is not None and position > highest.get(number, -1):
                highest[number] = position
                self.rises[number].append(stay.at)

    def ended(self, number: int) -> datetime | None:
        return self.began.get(number + 1)

    def of(self, moment: datetime) -> int | None:
        """The pass in which an instant lies; none before the first."""
        return max((number for number, at in self.began.items() if at <= moment), default=None)

    def left(self, moment: datetime) -> datetime | None:
        """When the lead left the stage in which it was at that instant."""
        return next((s.until for s in self._stays if s.at <= moment and (s.until is None or moment < s.until)), None)

    def stretches(self) -> Iterator[tuple[int, datetime, datetime | None]]:
        """(pass, since, until) of every time in which the highest position did not rise."""
        for number, rises in self.rises.items():
            yield from ((number, a, b) for a, b in zip(rises, [*rises[1:], self.ended(number)], strict=True))


def pieces(
    dealings: Dealings, stays: Sequence[Stay], due: Mapping[Wish, datetime], limit_seconds: int, times: int
) -> dict[str, list[Piece]]:
    """By kind. `due` says when each wish has waited for as long as agreed."""
    passes = Passes(stays)
    found = {
        "unrouted": unrouted(dealings, passes, due, limit_seconds),
        "unaccepted": unaccepted(dealings, passes),
        "uncontacted": uncontacted(dealings, passes),
        "ping_pong": ping_pong(dealings, passes, times),
        "unexplained": untold(dealings, passes),
    }
    return {kind: list(of_kind) for kind, of_kind in found.items()}


def unrouted(dealings: Dealings, passes: Passes, due: Mapping[Wish, datetime], limit_seconds: int) -> Iterator[Piece]:
    for wish in dealings.wishes:
        since = _earliest(wish.no_receiver_at, due[wish])
        yield from _piece(passes, wish.qualified_at, since, [wish.ended_at], None, limit_seconds)


def unaccepted(dealings: Dealings, passes: Passes) -> Iterator[Piece]:
    settled = [offer.returned_at for offer in dealings.offers]
    settled += [offer.decided_at for offer in dealings.offers if offer.state in SETTLED]
    settled += _taken_back(dealings.offers).values()
    for offer in dealings.offers:
        by = offer.accept_by
        if by is None or (offer.decided_at is not None and offer.decided_at <= by):
            continue
        ends = [passes.left(offer.offered_at), *(at for at in settled if at is not None and at > by)]
        yield from _piece(passes, offer.offered_at, by, ends, offer.to_side, offer.accept_seconds)


def _taken_back(offers: Sequence[Offer]) -> dict[int, datetime]:
    """When those offers were withdrawn that no other continues, by id."""
    continued = {offer.replaces: offer.offered_at for offer in offers}
    return {
        offer.id: offer.decided_at
        for offer in offers
        if offer.state == "withdrawn"
        and offer.decided_at is not None
        and not (offer.id in continued and continued[offer.id] <= offer.decided_at)
    }


def uncontacted(dealings: Dealings, passes: Passes) -> Iterator[Piece]:
    for offer in dealings.offers:
        if offer.state != "accepted" or offer.contact_by is None or offer.decided_at is None:
            continue
        spoke = min(
            (w.counts_at for w in dealings.words if w.side == offer.to_side and w.at >= offer.offered_at), default=None
        )
        ends = [spoke, offer.returned_at, *_accepted_after(offer, dealings.offers)]
        if spoke is None or spoke > offer.contact_by:
            since = max(offer.contact_by, offer.decided_at)
            yield from _piece(passes, offer.offered_at, since, ends, offer.to_side, offer.contact_seconds)


def _accepted_after(offer: Offer, offers: Sequence[Offer]) -> Iterator[datetime | None]:
    """When those accepted who were offered the lead in its place, or in the place of these."""
    for other in offers:
        if other.replaces == offer.id:
            if other.state == "accepted":
                yield other.decided_at
            yield from _accepted_after(other, offers)


def untold(dealings: Dealings, passes: Passes) -> Iterator[Piece]:
    for offer in dealings.offers:
        if offer.state == "rejected" and offer.decided_at is not None:
            yield from _piece(passes, offer.decided_at, offer.decided_at, [offer.told_at], offer.to_side, 0)


def ping_pong(dealings: Dealings, passes: Passes, times: int) -> Iterator[Piece]:
    undone = _taken_back(dealings.offers)
    moves = [(offer.offered_at, undone.get(offer.id)) for offer in dealings.offers if offer.from_side != offer.to_side]
    moves += [(offer.decided_at, None) for offer in dealings.offers if offer.state == "rejected" and offer.decided_at]
    moves += [(offer.returned_at, None) for offer in dealings.offers if offer.returned_at]
    for number, since, until in passes.stretches():
        here = [move for move in moves if since <= move[0] and (until is None or move[0] < until)]
        instants = sorted({moment for move in here for moment in move if moment is not None})
        began: datetime | None = None
        for instant in instants:
            many = sum(at <= instant and (back is None or back > instant) for at, back in here) >= times
            if many and began is None:
                began = instant
            elif not many and began is not None:
                yield from _between(number, began, _earliest(instant, until), None, 0)
                began = None
        if began is not None:
            yield from _between(number, began, until, None, 0)


def _piece(
    passes: Passes, moment: datetime, since: datetime, ends: Iterable[datetime | None], side: str | None, limit: int
) -> Iterator[Piece]:
    """From `since` up to the first of its ends, in the pass in which `moment` lies."""
    number = passes.of(moment)
    if number is not None:
        until = min((end for end in (*ends, passes.ended(number)) if end is not None), default=None)
        yield from _between(number, since, until, side, limit)


def _between(number: int, since: datetime, until: datetime | None, side: str | None, limit: int) -> Iterator[Piece]:
    if until is None or since < until:
        yield Piece(number, since, until, side, limit)


def _earliest(one: datetime | None, other: datetime | None) -> datetime:
    return min(moment for moment in (one, other) if moment is not None)


def joined(found: Iterable[Piece]) -> list[Piece]:
    """Those of a pass that overlap as one: with the side and limit of what began first, sales and the shorter limit at ties."""
    whole: list[Piece] = []
    for piece in sorted(found, key=lambda p: (p.pass_number, p.since, p.side == "marketing", p.limit_seconds)):
        last = whole[-1] if whole else None
        if (
            last is None
            or last.pass_number != piece.pass_number
            or (last.until is not None and last.until <= piece.since)
        ):
            whole.append(piece)
        elif last.until is not None:
            until = None if piece.until is None else max(last.until, piece.until)
            whole[-1] = replace(last, until=until)
    return whole

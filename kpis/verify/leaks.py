"""Which leaks should be kept of one lead? The conditions, asked at every instant at which an answer may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kpis.verify import conditions
from kpis.verify.conditions import Judge, Life, Moments, Rules
from kpis.verify.handed import Piece, joined, pieces
from kpis.verify.walk import Stay
from leads.funnel.stage_sets import StageTerms


@dataclass(frozen=True)
class Expected:
    """A leak as the table has it, without the lead. `known_by` tells flags apart that follow each other without a gap."""

    kind: str
    pass_number: int
    since: datetime
    until: datetime | None
    side: str
    stage: str
    limit_seconds: int
    known_by: datetime

    def as_kept(self) -> tuple[object, ...]:
        return (self.kind, self.pass_number, self.since, self.until, self.side, self.stage, self.limit_seconds)


@dataclass(frozen=True)
class Check:
    """How one kind is found: in which stages, its judge, the instants to ask at, the limit, who acts (None: the stage's side)."""

    applies: Callable[[StageTerms], bool]
    judge: Judge
    moments: Moments
    limit: Callable[[Stay, Rules], timedelta]
    side: str | None = None


def _at_once(_stay: Stay, _rules: Rules) -> timedelta:
    return timedelta()


def _left_alone(category: str, kind: str) -> Check:
    judge, moments = conditions.left_alone(kind)
    return Check(
        lambda stage: stage.category == category,
        judge,
        moments,
        lambda _stay, rules: rules.limits[f"{kind}_limit"],
        "marketing",
    )


UNEXPLAINED = "unexplained"

CHECKS = {
    "stalled": Check(
        lambda stage: stage.category == "open",
        conditions.stalled,
        conditions.stalled_moments,
        lambda stay, rules: rules.age(stay),
    ),
    "unexplained": Check(
        lambda stage: stage.category in ("disqualified", "lost"),
        conditions.unexplained,
        conditions.unexplained_moments,
        _at_once,
    ),
    "orphaned": Check(lambda stage: stage.requires_owner, conditions.orphaned, conditions.orphaned_moments, _at_once),
    "unreachable": Check(
        lambda stage: stage.side == "sales", conditions.unreachable, conditions.unreachable_moments, _at_once
    ),
    "forgotten": _left_alone("recycled", "forgotten"),
    "dropped_customer": _left_alone("won", "dropped_customer"),
}


def expected_leaks(life: Life, rules: Rules, since: datetime | None, until: datetime | None) -> list[Expected]:
    """Every leak of one lead by these rules, as far as it lies in [since, until), in order of kind and time."""
    of_stays = {kind: _of_kind(kind, check, life, rules) for kind, check in CHECKS.items() if kind != UNEXPLAINED}
    of_handoffs = _of_handoffs(life, rules)
    return [
        leak
        for kind in sorted({*of_stays, *of_handoffs})
        for leak in (
            _joined(_within(of_stays[kind], since, until))
            if kind in of_stays
            else _within(iter(of_handoffs[kind]), since, until, life)
        )
    ]


def _of_handoffs(life: Life, rules: Rules) -> dict[str, list[Expected]]:
    """The leaks that handoffs make; what overlaps within a pass is one. Stages given up without a reason count with rejections."""
    allowed = rules.limits["unrouted_limit"]
    due = {wish: rules.after("unrouted", wish.qualified_at, allowed, life, wish.side) for wish in life.dealings.wishes}
    seconds = int(allowed.total_seconds())
    found = pieces(life.dealings, life.stays, due, seconds, rules.times["ping_pong_times"])
    given_up = _joined(_of_kind(UNEXPLAINED, CHECKS[UNEXPLAINED], life, rules))
    found[UNEXPLAINED] += [Piece(leak.pass_number, leak.since, leak.until, leak.side, 0) for leak in given_up]
    return {
        kind: [
            Expected(kind, p.pass_number, p.since, p.until, p.side or "", "", p.limit_seconds, p.since)
            for p in joined(of_kind)
        ]
        for kind, of_kind in found.items()
    }


def one_after_another(before: list[Expected], after: list[Expected], border: datetime) -> list[Expected]:
    """Leaks by the rules up to an instant, and by other rules from there on: what holds on both sides of it is one leak."""
    going_on = {(leak.kind, leak.pass_number): leak for leak in after if leak.since == border}
    found = []
    for leak in before:
        other = going_on.get((leak.kind, leak.pass_number)) if leak.until == border else None
        found.append(leak if other is None else replace(leak, until=other.until))
        if other is not None:
            after = [one for one in after if one is not other]
    return [*found, *after]


def _within(
    found: Iterator[Expected], since: datetime | None, until: datetime | None, life: Life | None = None
) -> Iterator[Expected]:
    """As far as they lie in [since, until); with `life`, in the stage in which the lead was when each of them opened there."""
    for piece in found:
        begin = piece.since if since is None else max(piece.since, since)
        end = piece.until if until is None or (piece.until is not None and piece.until < until) else until
        if end is not None and begin >= end:
            continue
        here = life.stay_at(begin) if life else None
        if here is not None:
            piece = replace(piece, stage=here.stage.key, side=piece.side or here.stage.side)
        yield replace(piece, since=begin, until=end)


def _of_kind(kind: str, check: Check, life: Life, rules: Rules) -> Iterator[Expected]:
    for stay in life.stays:
        if stay.until == stay.at or not check.applies(stay.stage):
            continue
        within = {m for m in check.moments(life, stay, rules) if m > stay.at and (stay.until is None or m < stay.until)}
        begins = [stay.at, *sorted(within)]
        for begin, end in zip(begins, [*begins[1:], stay.until], strict=True):
            known_by = check.judge(life, stay, begin, rules)
            if known_by is not None:
                side, limit = check.side or stay.stage.side, int(check.limit(stay, rules).total_seconds())
                yield Expected(kind, stay.pass_number, begin, end, side, stay.stage.key, limit, known_by)


def _joined(pieces: Iterator[Expected]) -> Iterator[Expected]:
    last: Expected | None = None
    for piece in pieces:
        if last is not None and _goes_on(last, piece):
            last = replace(last, until=piece.until)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _goes_on(last: Expected, piece: Expected) -> bool:
    same = (last.pass_number, last.side, last.known_by) == (piece.pass_number, piece.side, piece.known_by)
    return same and last.until == piece.since

"""Which leaks should be kept of one lead? The conditions, asked at every instant at which an answer may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kpis.verify import conditions
from kpis.verify.conditions import Judge, Life, Moments, Rules
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


def _left_alone(category: str, limit: str) -> Check:
    judge, moments = conditions.left_alone(limit)
    return Check(
        lambda stage: stage.category == category, judge, moments, lambda _stay, rules: rules.limits[limit], "marketing"
    )


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
    "forgotten": _left_alone("recycled", "forgotten_limit"),
    "dropped_customer": _left_alone("won", "dropped_customer_limit"),
}


def expected_leaks(life: Life, rules: Rules, since: datetime | None, until: datetime | None) -> list[Expected]:
    """Every leak of one lead by these rules, as far as it lies in [since, until), in order of kind and time."""
    return [
        leak
        for kind in sorted(CHECKS)
        for leak in _joined(_within(_of_kind(kind, CHECKS[kind], life, rules), since, until))
    ]


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


def _within(pieces: Iterator[Expected], since: datetime | None, until: datetime | None) -> Iterator[Expected]:
    for piece in pieces:
        begin = piece.since if since is None else max(piece.since, since)
        end = piece.until if until is None or (piece.until is not None and piece.until < until) else until
        if end is None or begin < end:
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

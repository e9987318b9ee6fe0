"""Which leaks should be kept of one lead? The conditions, asked at every instant at which an answer may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from kpis.verify import conditions
from kpis.verify.conditions import Judge, Life, Moments, Rules
from kpis.verify.walk import Stay


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
    """How one kind is found: its judge, the instants to ask at, who acts (None: the stage's side), the limit in seconds."""

    judge: Judge
    moments: Moments
    side: str | None
    limit: Callable[[Stay, Rules], int]


def _at_once(stay: Stay, rules: Rules) -> int:
    return 0


def _named(limit: str) -> Callable[[Stay, Rules], int]:
    return lambda stay, rules: int(rules.limits[limit].total_seconds())


CHECKS = {
    "stalled": Check(
        conditions.stalled, conditions.stalled_moments, None, lambda stay, rules: int(rules.age(stay).total_seconds())
    ),
    "unexplained": Check(conditions.unexplained, conditions.unexplained_moments, None, _at_once),
    "orphaned": Check(conditions.orphaned, conditions.orphaned_moments, None, _at_once),
    "unreachable": Check(conditions.unreachable, conditions.unreachable_moments, None, _at_once),
    "forgotten": Check(*conditions.left_alone("recycled", "forgotten_limit"), "marketing", _named("forgotten_limit")),
    "dropped_customer": Check(
        *conditions.left_alone("won", "dropped_customer_limit"), "marketing", _named("dropped_customer_limit")
    ),
}


def expected_leaks(life: Life, rules: Rules) -> list[Expected]:
    """Every leak of one lead, in order of kind and time."""
    return [leak for kind in sorted(CHECKS) for leak in _joined(_of_kind(kind, CHECKS[kind], life, rules))]


def _of_kind(kind: str, check: Check, life: Life, rules: Rules) -> Iterator[Expected]:
    for stay in life.stays:
        if stay.until == stay.at:
            continue
        within = {m for m in check.moments(life, stay, rules) if m > stay.at and (stay.until is None or m < stay.until)}
        begins = [stay.at, *sorted(within)]
        for begin, end in zip(begins, [*begins[1:], stay.until], strict=True):
            known_by = check.judge(life, stay, begin, rules)
            if known_by is not None:
                side, limit = check.side or stay.stage.side, check.limit(stay, rules)
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

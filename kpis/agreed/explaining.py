"""Why did a figure change? Which groups did it, exactly: the parts add up to the whole change. Pure, in fractions.

Of a ratio each group has two effects (domain.md, "Why a rate changed"): `mix`, that its weight changed, and `rate`, that its own
rate did. With w the group's share of what is divided by, and r its rate: mix = (w₁ − w₀)(r₀ + r₁)/2, rate = (r₁ − r₀)(w₀ + w₁)/2; a
group that is absent in one of the two has there the rate of the other. Of a sum each group has its difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Groups = Mapping[str | None, "Parts"]
ZERO = Fraction(0)


@dataclass(frozen=True)
class Parts:
    """Of one group: what is divided, and by what. Of a sum only the first is used."""

    over: Fraction
    under: Fraction = ZERO


@dataclass(frozen=True)
class Effect:
    """What one group did to the change."""

    group: str | None
    mix: Fraction
    rate: Fraction

    @property
    def total(self) -> Fraction:
        return self.mix + self.rate


@dataclass(frozen=True)
class Explanation:
    """`after` − `before` is the sum of the effects, exactly; the largest stand first."""

    before: Fraction
    after: Fraction
    effects: tuple[Effect, ...]

    @property
    def change(self) -> Fraction:
        return self.after - self.before

    @property
    def dominance(self) -> Fraction:
        """How much of all that moved one group did, among those that moved with the whole: 0 to 1."""
        moved = sum((abs(effect.total) for effect in self.effects), ZERO)
        along = [effect.total for effect in self.effects if effect.total * self.change > 0]
        return max(map(abs, along), default=ZERO) / moved if moved else ZERO


def explain_ratio(before: Groups, after: Groups) -> Explanation | None:
    """None where one of the two rates is not known: there was nothing to divide by."""
    under = [sum((parts.under for parts in groups.values()), ZERO) for groups in (before, after)]
    if not all(under):
        return None
    whole = [
        sum((parts.over for parts in groups.values()), ZERO) / size
        for groups, size in zip((before, after), under, strict=True)
    ]
    nothing = Parts(ZERO)
    effects = [
        _effect(group, before.get(group, nothing), after.get(group, nothing), under)
        for group in dict.fromkeys((*before, *after))
    ]
    return Explanation(whole[0], whole[1], _ordered(effects))


def explain_sum(before: Groups, after: Groups) -> Explanation:
    """The difference of each group; a group that is absent has nothing."""
    nothing = Parts(ZERO)
    effects = [
        Effect(group, ZERO, after.get(group, nothing).over - before.get(group, nothing).over)
        for group in dict.fromkeys((*before, *after))
    ]
    sums = [sum((parts.over for parts in groups.values()), ZERO) for groups in (before, after)]
    return Explanation(sums[0], sums[1], _ordered(effects))


def _effect(group: str | None, before: Parts, after: Parts, under: Sequence[Fraction]) -> Effect:
    """What has nothing to be divided by, such as spend that brought no lead, moves the whole by its own weight: a rate effect."""
    weights = before.under / under[0], after.under / under[1]
    rates = [parts.over / parts.under if parts.under else None for parts in (before, after)]
    r0 = rates[0] if rates[0] is not None else rates[1]
    r1 = rates[1] if rates[1] is not None else rates[0]
    loose = (ZERO if after.under else after.over / under[1]) - (ZERO if before.under else before.over / under[0])
    if r0 is None or r1 is None:
        return Effect(group, ZERO, loose)
    mix = (weights[1] - weights[0]) * (r0 + r1) / 2
    rate = (r1 - r0) * (weights[0] + weights[1]) / 2
    return Effect(group, mix, rate + loose)


def _ordered(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """The largest first; what did nothing is left out."""
    moved = [effect for effect in effects if effect.mix or effect.rate]
    return tuple(sorted(moved, key=lambda effect: (-abs(effect.total), effect.group is None, effect.group or "")))

"""Whose turn is it? Tijdeman's chairman assignment, exact in integers, resumed when who is available changes. Pure.

R. Tijdeman, The chairman assignment problem, Discrete Mathematics 32 (1980): with k receivers each count stays within
1 − 1/(2k − 2) of the sum of its shares, whatever the shares are, if they add up to one each time. Of those who are owed at least
1/(2k − 2), the one whose deadline comes first is chosen: the time at which that bound would be passed; ties go to the lower id.

While the same receivers are available with the same weights, each count stays less than 1 away from its exact share. When they
change, what each was owed is carried, brought between −1 and 1 with the sum zero, and paid back as part of the shares, never faster
than a share of less than nothing would allow. Counted from the change, each count then stays less than 2 away: less than 1 for the
bound, less than 1 for what was carried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import gcd

FINE = 100
"""What is carried is exact to this part of the smallest share."""


class Nobody(ValueError):
    """There is nobody to choose among."""


@dataclass(frozen=True)
class Turns:
    """Whose turn it is in one pool, after some choices.

    `owed`: numerators by receiver over `whole`, positive for who is behind; of those who were available before, too. `weights` are
    those of who is available, `repaid` what is added to each one's share for the next `left` choices.
    """

    owed: Mapping[int, int] = field(default_factory=dict)
    weights: Mapping[int, int] = field(default_factory=dict)
    whole: int = 1
    repaid: Mapping[int, int] = field(default_factory=dict)
    left: int = 0

    def owed_in_all(self, receiver: int) -> Fraction:
        """How many leads somebody is behind their share, what is still to be paid back included."""
        return Fraction(self.owed.get(receiver, 0) + self.repaid.get(receiver, 0) * self.left, self.whole)


def choose(turns: Turns, weights: Mapping[int, int]) -> tuple[int, Turns]:
    """Who is next among those with these weights (positive integers, by receiver), and the turns after that.

    `Nobody` where there are no weights.
    """
    resumed = resume(turns, weights)
    shares = resumed.weights
    if not shares:
        raise Nobody
    scale = resumed.whole // sum(shares.values())
    repaid = resumed.repaid if resumed.left else {}
    due = {one: resumed.owed.get(one, 0) + weight * scale + repaid.get(one, 0) for one, weight in shares.items()}
    chosen = _earliest(due, resumed, scale)
    due[chosen] -= resumed.whole
    left = max(resumed.left - 1, 0)
    return chosen, Turns({**resumed.owed, **due}, shares, resumed.whole, resumed.repaid if left else {}, left)


def _earliest(due: Mapping[int, int], turns: Turns, scale: int) -> int:
    """Of those who are owed enough, who must come first."""
    if len(due) == 1:
        return next(iter(due))
    k2 = 2 * len(due) - 2
    bound = turns.whole * (k2 - 1)
    able = {one: bound - owed * k2 for one, owed in due.items() if owed * k2 >= turns.whole}
    if turns.left > 1:
        return min(able, key=lambda one: (_deadline(able[one], one, turns, scale * k2, k2), one))
    return _soonest(able, turns.weights)


def _soonest(missing: Mapping[int, int], weights: Mapping[int, int]) -> int:
    """Whose `missing` is made up for first at the rate of their weight; of equals, the lower id, which comes first. Without fractions,
    since this is asked for every lead.
    """
    first, least, rate = 0, 1, 0
    for one, part in missing.items():
        if part * rate < least * weights[one] or not rate:
            first, least, rate = one, part, weights[one]
    return first


def _deadline(missing: int, one: int, turns: Turns, scale: int, k2: int) -> Fraction:
    """After how many more choices the bound would be passed."""
    later = turns.weights[one] * scale
    sooner, left = later + turns.repaid.get(one, 0) * k2, max(turns.left - 1, 0)
    if missing <= sooner * left:
        return Fraction(missing, sooner) if sooner else Fraction(0)
    return left + Fraction(missing - sooner * left, later)


def resume(turns: Turns, weights: Mapping[int, int]) -> Turns:
    """The same turns if nothing changed; else a new beginning, with what is owed carried over."""
    if weights == turns.weights:
        return turns
    divisor = reduce(gcd, weights.values(), 0) or 1
    shares = {one: weights[one] // divisor for one in sorted(weights)}
    if shares == turns.weights or not shares:
        return turns if shares else Turns(turns.owed, {}, turns.whole, turns.repaid, turns.left)
    grid = sum(shares.values()) * FINE
    carried = _carried({one: turns.owed_in_all(one) for one in shares}, shares, grid)
    left = max([1, *(-(carried[one] // (weight * FINE)) for one, weight in shares.items())])
    whole = grid * left
    away = {one: int(_within(turns.owed_in_all(one)) * whole) for one in turns.owed if one not in shares}
    kept = {one: owed for one, owed in away.items() if owed}
    repaid = {one: part for one, part in carried.items() if part}
    return Turns({**kept, **dict.fromkeys(shares, 0)}, shares, whole, repaid, left if repaid else 0)


def _carried(owed: Mapping[int, Fraction], shares: Mapping[int, int], grid: int) -> dict[int, int]:
    """What each is owed in parts of `grid`: less than one lead, the sum zero; too much for all is taken off by shares."""
    whole, too_much = sum(shares.values()), sum(map(_within, owed.values()), Fraction(0))
    fair = {one: _within(owed[one]) - too_much * Fraction(shares[one], whole) for one in owed}
    most = max(map(abs, fair.values()))
    scale = Fraction(grid - 1, grid) / most if most * grid > grid - 1 else Fraction(1)
    parts = {one: int(part * scale * grid) for one, part in fair.items()}
    return _evened(parts)


def _evened(parts: dict[int, int]) -> dict[int, int]:
    """The sum made zero, by taking a part each from those who have most of what there is too much of."""
    rest = sum(parts.values())
    sign = 1 if rest > 0 else -1
    for one in sorted(parts, key=lambda one: (-parts[one] * sign, one))[: abs(rest)]:
        parts[one] -= sign
    return parts


def _within(owed: Fraction) -> Fraction:
    """No more than one lead either way."""
    return max(Fraction(-1), min(Fraction(1), owed))

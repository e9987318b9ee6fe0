"""Whose turn is it? Tijdeman's chairman assignment, in whole numbers, on balances that are kept for good. Pure.

Each receiver has a balance: the shares of all choices for which they were available, less the leads they were chosen for. At each choice
everybody available is given their share of it, and whoever is chosen gives one back; who is away keeps what stands. Balances are never
reset or cut, so they add up to nothing, and tell how far each count is from its exact share over the whole history of the pool.

R. Tijdeman, The chairman assignment problem, Discrete Mathematics 32 (1980): of those who are owed at least 1/(2k − 2), the one whose
deadline comes first is chosen: the time at which 1 − 1/(2k − 2) would be passed; ties go to the lower id. While the same k receivers
are available with the same weights from the beginning, no count is ever further than that from its exact share.

Who will be available cannot be known before, so no rule can hold that bound when receivers come and go. Whoever is past their deadline
by that comes first, who is owed most before others. Where availability does not depend on balances, and where leads are turned down
and offered to the next, counts stay within two leads of their shares in all trials. Somebody who arranged after each choice who is
available next, to tell against those furthest off, could push counts as far as some half of the number of receivers; not further with
more leads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WHOLE = 963_761_198_400
"""One lead in the parts in which balances are kept: of the numbers to 10^12 one with the most divisors, so that common shares are exact.
Of others the parts left over go to the lower ids: less than 10^-11 of a lead a choice.
"""


class Nobody(ValueError):
    """There is nobody to choose among."""


@dataclass(frozen=True)
class Turns:
    """Whose turn it is in one pool, after some choices. `owed`: balances by receiver, in parts of `WHOLE`; positive for who is behind.

    Whoever is not named is owed nothing.
    """

    owed: Mapping[int, int] = field(default_factory=dict)


def choose(turns: Turns, weights: Mapping[int, int]) -> tuple[int, Turns]:
    """Who is next among those with these weights (positive integers, by receiver), and the turns after that.

    `Nobody` where there are no weights.
    """
    if not weights:
        raise Nobody
    due = {one: turns.owed.get(one, 0) + share for one, share in shares(weights).items()}
    chosen = _next(due, weights)
    due[chosen] -= WHOLE
    return chosen, Turns({**turns.owed, **due})


def shares(weights: Mapping[int, int]) -> dict[int, int]:
    """Each one's share of one choice, in order of id; together exactly one."""
    total = sum(weights.values())
    found = {one: WHOLE * weights[one] // total for one in sorted(weights)}
    left = WHOLE - sum(found.values())
    for one in list(found)[:left]:
        found[one] += 1
    return found


def _next(due: Mapping[int, int], weights: Mapping[int, int]) -> int:
    """Who is past their deadline, the most owed first; else who is owed enough, the earliest deadline first; else the most owed."""
    if len(due) == 1:
        return next(iter(due))
    k2 = 2 * len(due) - 2
    bound = WHOLE * (k2 - 1)
    missing = {one: bound - owed * k2 for one, owed in due.items() if owed * k2 >= WHOLE}
    if not missing or min(missing.values()) < 0:
        return max(due, key=lambda one: due[one])
    return _soonest(missing, weights)


def _soonest(missing: Mapping[int, int], weights: Mapping[int, int]) -> int:
    """Whose `missing` is made up for first at the rate of their weight; of equals, the lower id, which comes first. Without fractions,
    since this is asked for every lead.
    """
    first, least, rate = 0, 1, 0
    for one, part in missing.items():
        if part * rate < least * weights[one] or not rate:
            first, least, rate = one, part, weights[one]
    return first

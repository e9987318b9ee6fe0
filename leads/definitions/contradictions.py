"""Which conditions can never hold together? Small reasoning within one `all`: bounds, equal values, counts, and a condition
beside its own opposite. What it says is true; it does not find everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from alignment.refusals import FieldError
from leads.definitions.describing import FILTERS, kinds_of
from leads.definitions.normal_form import Asked, Form, every_group
from leads.definitions.saying import said
from leads.definitions.terms import ActivityCondition, ConsentCondition, FieldCondition, ScoreCondition
from leads.definitions.values import as_decimal, is_number


def contradictions(form: Form) -> list[FieldError]:
    """One error for each condition that cannot hold beside an earlier one of the same `all`; it stands at the later one."""
    found: dict[str, FieldError] = {}
    for members in _together(form):
        known = [asked for asked in members if asked.holds and isinstance(asked.leaf, FieldCondition)]
        for one, other in combinations(members, 2):
            if other.path not in found and _clash(one, other, known):
                found[other.path] = _error(one, other)
    return list(found.values())


def _together(form: Form) -> Iterator[list[Asked]]:
    """The leaves that must hold at once."""
    groups = [group for group in every_group(form) if group.every]
    yield from ([member for member in group.members if isinstance(member, Asked)] for group in groups)


def _error(one: Asked, other: Asked) -> FieldError:
    detail = f"A lead that {_words(one)} can never be one that {_words(other)}; change one of them or take it away."
    return FieldError(other.path, "contradiction", detail)


def _words(asked: Asked) -> str:
    return said(asked.leaf).yes if asked.holds else said(asked.leaf).no


def _clash(one: Asked, other: Asked, known: list[Asked]) -> bool:
    if one.leaf == other.leaf:
        return one.holds != other.holds
    if type(one.leaf) is not type(other.leaf):
        return False
    if isinstance(one.leaf, FieldCondition) and isinstance(other.leaf, FieldCondition):
        return one.leaf.field == other.leaf.field and _fields_clash(one, other, known)
    return any(clash(a, b) for clash in CLASHES for a, b in ((one, other), (other, one)))


def _fields_clash(one: Asked, other: Asked, known: list[Asked]) -> bool:
    first, second = _field(one), _field(other)
    if any(not a.holds and _field(a).op == "known" and b.holds for a, b in ((one, other), (other, one))):
        return True
    if any(_excludes(a, b) for a, b in ((one, other), (other, one))):
        return True
    is_known = any(_field(asked).field == first.field and _number(asked) for asked in known)
    spans = [_span(asked, is_known) for asked in (one, other)]
    return first.field == second.field and spans[0] is not None and spans[1] is not None and spans[0].misses(spans[1])


def _field(asked: Asked) -> FieldCondition:
    assert isinstance(asked.leaf, FieldCondition)  # noqa: S101  # told apart by the caller
    return asked.leaf


# Texts, yes and no, moments -----------------------------------------------------------------------------------------


def _excludes(one: Asked, other: Asked) -> bool:
    """`one` leaves a few values, of which `other` admits none; or `one` is younger than `other` lets it be."""
    leaf, against = _field(one), _field(other)
    if not one.holds:
        return False
    if leaf.op == "within_days" and against.op == "within_days" and not other.holds:
        return isinstance(leaf.value, int) and isinstance(against.value, int) and leaf.value <= against.value
    if leaf.op != "is":
        return False
    if isinstance(leaf.value, bool) and isinstance(against.value, bool) and against.op == "is":
        return (leaf.value == against.value) != other.holds
    left = [leaf.value] if isinstance(leaf.value, str) else leaf.value
    fits = TEXTS.get(against.op)
    if not isinstance(left, list) or fits is None or not isinstance(against.value, str | list):
        return False
    wanted = [against.value] if isinstance(against.value, str) else against.value
    return not any(any(fits(value.lower(), want.lower()) for want in wanted) == other.holds for value in left)


def _matches(value: str, pattern: str) -> bool:
    """Does a text fit a pattern with `*`? Looked for piece by piece, so that no pattern takes long."""
    first, *middle, last = pattern.split("*") if "*" in pattern else (pattern, pattern)
    if "*" not in pattern:
        return value == pattern
    if len(value) < len(first) + len(last) or not value.startswith(first) or not value.endswith(last):
        return False
    place, end = len(first), len(value) - len(last)
    for piece in middle:
        place = value.find(piece, place, end)
        if place < 0:
            return False
        place += len(piece)
    return True


TEXTS: dict[str, Callable[[str, str], bool]] = {
    "is": lambda value, want: value == want,
    "contains": lambda value, want: want in value,
    "starts_with": lambda value, want: value.startswith(want),
    "matches": _matches,
}


# Numbers ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """The numbers from `low` to `high`; None is no bound, `open` leaves the bound itself out."""

    low: Decimal | None = None
    high: Decimal | None = None
    open_low: bool = False
    open_high: bool = False

    def misses(self, other: Span) -> bool:
        return self._ends_before(other) or other._ends_before(self)

    def _ends_before(self, other: Span) -> bool:
        if self.high is None or other.low is None:
            return False
        return self.high < other.low or (self.high == other.low and (self.open_high or other.open_low))


BOUNDS: dict[tuple[str, bool], Callable[[Decimal], Span]] = {
    ("is", True): lambda value: Span(value, value),
    ("at_least", True): lambda value: Span(low=value),
    ("less_than", False): lambda value: Span(low=value),
    ("more_than", True): lambda value: Span(low=value, open_low=True),
    ("at_most", False): lambda value: Span(low=value, open_low=True),
    ("at_most", True): lambda value: Span(high=value),
    ("more_than", False): lambda value: Span(high=value),
    ("less_than", True): lambda value: Span(high=value, open_high=True),
    ("at_least", False): lambda value: Span(high=value, open_high=True),
}


def _number(asked: Asked) -> bool:
    return (_field(asked).op, True) in BOUNDS and is_number(_field(asked).value)


def _span(asked: Asked, is_known: bool) -> Span | None:
    """The numbers that a condition admits. One that must not hold admits what is unknown too, unless another rules it out."""
    leaf = _field(asked)
    bound = BOUNDS.get((leaf.op, asked.holds))
    if bound is None or not _number(asked) or not (asked.holds or is_known):
        return None
    return bound(as_decimal(leaf.value)) if isinstance(leaf.value, int | float) else None


# What leads did, scores, consent ------------------------------------------------------------------------------------


def _counts_clash(one: Asked, other: Asked) -> bool:
    """At least so many of fewer kinds in a shorter time, and at most fewer of more kinds in a longer one."""
    narrow, wide = one.leaf, other.leaf
    if not isinstance(narrow, ActivityCondition) or not isinstance(wide, ActivityCondition):
        return False
    least, most = _least(narrow, one.holds), _most(wide, other.holds)
    return least is not None and most is not None and least > most and _is_within(narrow, wide)


def _least(leaf: ActivityCondition, holds: bool) -> int | None:
    if holds:
        return leaf.count if leaf.op == "at_least" else None
    return leaf.count + 1 if leaf.op == "at_most" else None


def _most(leaf: ActivityCondition, holds: bool) -> int | None:
    if holds:
        return leaf.count if leaf.op == "at_most" else None
    return leaf.count - 1 if leaf.op == "at_least" else None


def _is_within(narrow: ActivityCondition, wide: ActivityCondition) -> bool:
    """Every activity that counts for `narrow` counts for `wide`."""
    if wide.within_days is not None and (narrow.within_days is None or narrow.within_days > wide.within_days):
        return False
    if not kinds_of(narrow.activity) <= kinds_of(wide.activity):
        return False
    patterns = ((getattr(narrow.activity, name), getattr(wide.activity, name)) for name in FILTERS)
    return all(b is None or (a is not None and a.lower() == b.lower()) for a, b in patterns)


def _scores_clash(one: Asked, other: Asked) -> bool:
    low, high = one.leaf, other.leaf
    if not isinstance(low, ScoreCondition) or not isinstance(high, ScoreCondition) or low.score != high.score:
        return False
    spans = [
        BOUNDS[asked.op, holds](as_decimal(asked.value)) for asked, holds in ((low, one.holds), (high, other.holds))
    ]
    return spans[0].misses(spans[1])


def _consents_clash(one: Asked, other: Asked) -> bool:
    """What was granted is allowed."""
    granted, allowed = one.leaf, other.leaf
    if not isinstance(granted, ConsentCondition) or not isinstance(allowed, ConsentCondition):
        return False
    same = granted.consent == allowed.consent
    return same and granted.op == "granted" and one.holds and allowed.op == "allowed" and not other.holds


CLASHES = (_counts_clash, _scores_clash, _consents_clash)

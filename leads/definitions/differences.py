"""What does a new definition change about an old one, in words? Proposals and comparisons show it.

Conditions about the same thing are one changed condition ("minimum company size 50 → 20"); the rest is new or no longer
asked. Two documents that differ never give an empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from leads.definitions.canonical import as_text, count_bounds, same, subject
from leads.definitions.describing import activity_words, days, number
from leads.definitions.fields import find_field
from leads.definitions.normal_form import Asked, Form, Group, normal_form
from leads.definitions.saying import said, value_words
from leads.definitions.score_differences import score_differences
from leads.definitions.sentences import say_form
from leads.definitions.terms import ActivityCondition, FieldCondition, LeadDefinition, ScoreCondition

ONLY_WRITTEN_ANEW = "The same is asked, written in another way."


def difference(before: LeadDefinition, after: LeadDefinition) -> list[str]:
    """What `after` changes, one change an item; nothing where the documents are the same."""
    if as_text(before) == as_text(after):
        return []
    old, new = normal_form(before.criteria), normal_form(after.criteria)
    told = [*_criteria(old, new), *score_differences(before, after)]
    return told or [ONLY_WRITTEN_ANEW]


def _criteria(old: Form, new: Form) -> Iterator[str]:
    if same(old) == same(new):
        return
    before, after = _as_groups(old, new)
    if before.every != after.every:
        yield f"{ENOUGH[before.every]} → {ENOUGH[after.every].lower()}"
    yield from _members(before, after, "")


ENOUGH = {True: "Every condition is needed", False: "One of the conditions is enough"}


def _as_groups(old: Form, new: Form) -> tuple[Group, Group]:
    """Both as groups of one kind where that is how they can be compared; alternatives can be one condition of several."""
    if isinstance(old, Group) and isinstance(new, Group) and old.every != new.every:
        whole, part = (old, new) if old.every else (new, old)
        if not any(isinstance(member, Group) and _alike(member, part) for member in whole.members):
            return old, new
        wrapped = Group(True, (part,), part.path)
        return (whole, wrapped) if old.every else (wrapped, whole)
    kinds = [form.every for form in (old, new) if isinstance(form, Group)]
    every = kinds[0] if kinds else True
    first, second = (form if isinstance(form, Group) else Group(every, (form,), form.path) for form in (old, new))
    return first, second


def _members(before: Group, after: Group, within: str) -> Iterator[str]:
    gone, come = _without_same(before.members, after.members)
    changed = [
        *_pair(gone, come, lambda a, b: isinstance(a, Asked) and isinstance(b, Asked) and _one_family(a, b)),
        *_pair(gone, come, lambda a, b: isinstance(a, Asked) and isinstance(b, Asked) and subject(a) == subject(b)),
        *_pair(gone, come, lambda a, b: isinstance(a, Group) and isinstance(b, Group) and _alike(a, b)),
    ]
    for old, new in changed:
        if isinstance(old, Asked) and isinstance(new, Asked):
            yield f"{within}{_told(_change(old, new), old, new)}"
        elif isinstance(old, Group) and isinstance(new, Group):
            yield from _members(old, new, f"{within}within “{say_form(old)}”: ")
    lost, gained = WORDS[after.every]
    yield from (f"{within}{lost}: {say_form(form)}" for form in gone)
    yield from (f"{within}{gained}: {say_form(form)}" for form in come)


WORDS = {True: ("no longer asked", "new"), False: ("no longer an alternative", "new alternative")}


T = TypeVar("T")


def _without_same(before: Sequence[Form], after: Sequence[Form]) -> tuple[list[Form], list[Form]]:
    """What each side asks that the other does not; saying a thing twice asks it once."""
    old, new = {same(form) for form in before}, {same(form) for form in after}
    return [form for form in before if same(form) not in new], [form for form in after if same(form) not in old]


def _pair(gone: list[Form], come: list[Form], fits: Callable[[Form, Form], bool]) -> list[tuple[Form, Form]]:
    """Take out of both lists what belongs together, each once, in order."""
    pairs = []
    for old in list(gone):
        new = next((one for one in come if fits(old, one)), None)
        if new is not None:
            gone.remove(old)
            come.remove(new)
            pairs.append((old, new))
    return pairs


def _one_family(one: Asked, other: Asked) -> bool:
    """About the same thing and asked in the same way: only the value is another."""
    if subject(one) != subject(other):
        return False
    if isinstance(one.leaf, ActivityCondition) and isinstance(other.leaf, ActivityCondition):
        return (count_bounds(one)[0] is None) == (count_bounds(other)[0] is None)
    return one.holds == other.holds and one.leaf.op == other.leaf.op


def _alike(one: Group, other: Group) -> bool:
    """Groups of one kind that share something to be compared by."""
    return one.every == other.every and bool(_subjects(one) & _subjects(other))


def _subjects(group: Group) -> set[object]:
    return {subject(m) if isinstance(m, Asked) else ("group", m.every) for m in group.members}


def _told(words: tuple[str, str, str], old: Asked, new: Asked) -> str:
    """The change in words; where those do not tell the two apart, as it is written."""
    what, before, after = words
    if before == after:
        before, after = (f"{'' if asked.holds else 'not '}{as_text(asked.leaf)}" for asked in (old, new))
    return f"{what}{before} → {after}"


BOUND = {"at_least": "minimum ", "at_most": "maximum ", "more_than": "more than: ", "less_than": "less than: "}


def _change(old: Asked, new: Asked) -> tuple[str, str, str]:
    """What changed, what it was and what it is; the whole conditions where no short words do."""
    whole = "", say_form(old), say_form(new)
    a, b = old.leaf, new.leaf
    if not _one_family(old, new):
        return whole
    if isinstance(a, FieldCondition) and isinstance(b, FieldCondition):
        field = find_field(a.field)
        if field is None or not old.holds or a.op == "known" or field.kind in ("boolean", "moment"):
            return whole
        if a.op in BOUND:
            return f"{BOUND[a.op]}{field.title} ", value_words(a), value_words(b)
        return f"{field.title} {OPS[a.op]}", value_words(a), value_words(b)
    if isinstance(a, ScoreCondition) and isinstance(b, ScoreCondition) and old.holds:
        return f"{BOUND[a.op]}{a.score} score ", number(a.value), number(b.value)
    if isinstance(a, ActivityCondition) and isinstance(b, ActivityCondition):
        return _activity_change(old, new, a, b)
    return whole


OPS = {"is": "", "contains": "that contains ", "starts_with": "that begins with ", "matches": "that matches "}


def _activity_change(old: Asked, new: Asked, a: ActivityCondition, b: ActivityCondition) -> tuple[str, str, str]:
    counts = [count_bounds(asked) for asked in (old, new)]
    nouns = activity_words(a.activity).nouns
    bound = "minimum" if counts[0][0] is not None else "maximum"
    if a.within_days == b.within_days:
        since = "" if a.within_days is None else f" within {days(a.within_days)}"
        before, after = (str(least if least is not None else most) for least, most in counts)
        return f"{bound} number of {nouns}{since} ", before, after
    if counts[0] == counts[1]:
        return f"“{_ever(old)}” counts ", _span(a.within_days), _span(b.within_days)
    return "", say_form(old), say_form(new)


def _ever(asked: Asked) -> str:
    leaf = asked.leaf.model_copy(update={"within_days": None})
    assert isinstance(leaf, ActivityCondition)  # noqa: S101  # told apart by the caller
    return said(leaf).yes if asked.holds else said(leaf).no


def _span(count: int | None) -> str:
    return "ever" if count is None else f"within {days(count)}"

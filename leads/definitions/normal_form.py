"""What do conditions come to once every `not` stands at a leaf? For checks, sentences and differences; not for the compiler.

Conditions are two-valued, so `not` goes inwards exactly: not all of them is one not, none of them is all not. A group
within a group of its own kind is one group, a group of one is that one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from leads.definitions.terms import (
    ActivityCondition,
    AllOf,
    AnyOf,
    Condition,
    ConsentCondition,
    FieldCondition,
    NotThis,
    ScoreCondition,
)

Leaf: TypeAlias = FieldCondition | ActivityCondition | ScoreCondition | ConsentCondition


@dataclass(frozen=True)
class Asked:
    """One leaf, that must hold or must not; `path` is the way to it in the document."""

    leaf: Leaf
    holds: bool
    path: str


@dataclass(frozen=True)
class Group:
    """`every`: all members must hold; else one is enough."""

    every: bool
    members: tuple[Asked | Group, ...]
    path: str


Form: TypeAlias = Asked | Group


def normal_form(condition: Condition, path: str = "criteria", *, holds: bool = True) -> Form:
    """The same demand with every `not` at a leaf, groups flattened."""
    if isinstance(condition, NotThis):
        return normal_form(condition.not_, f"{path}.not", holds=not holds)
    if isinstance(condition, AllOf):
        return _group("all", condition.all, path, holds=holds)
    if isinstance(condition, AnyOf):
        return _group("any", condition.any, path, holds=holds)
    return Asked(condition, holds, path)


def _group(name: str, inner: list[Condition], path: str, *, holds: bool) -> Form:
    every = (name == "all") == holds
    members: list[Form] = []
    for n, one in enumerate(inner):
        form = normal_form(one, f"{path}.{name}.{n}", holds=holds)
        members += form.members if isinstance(form, Group) and form.every == every else (form,)
    return members[0] if len(members) == 1 else Group(every, tuple(members), path)


def every_leaf(form: Form) -> Iterator[Asked]:
    """All leaves, in the order of the document."""
    if isinstance(form, Asked):
        yield form
    else:
        for member in form.members:
            yield from every_leaf(member)


def every_group(form: Form) -> Iterator[Group]:
    """The form itself and every group within it, outer ones first."""
    if isinstance(form, Group):
        yield form
        for member in form.members:
            yield from every_group(member)

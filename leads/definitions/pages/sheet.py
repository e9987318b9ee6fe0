"""What does the editor hold while people write? A definition as rows of texts, finished or not.

A path names a place: `c` is the group of all criteria, `c.0.1` an item of a group within it, `f.0` the first fit rule,
`f.0.w` the group that it asks for, `g.1` the second engagement rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

ALL, ANY, NONE = "all", "any", "none"
HOWS = {ALL: "all of these", ANY: "any of these", NONE: "none of these"}
CRITERIA, FIT, ENGAGEMENT, WHEN = "c", "f", "g", "w"

Texts: TypeAlias = Mapping[str, tuple[str, ...]]
"""What stands in each control of a row, by the control's name; a control may stand there several times."""


class Filled:
    """What has controls of its own."""

    given: Texts

    def text(self, name: str) -> str:
        """What stands in a control, its first if there are several."""
        return next(iter(self.given.get(name, ())), "")

    def texts(self, name: str) -> tuple[str, ...]:
        """What stands in a control that may be there several times, without the empty ones."""
        return tuple(text for text in self.given.get(name, ()) if text)


@dataclass(frozen=True)
class Row(Filled):
    """One condition. `what` is a key of `asks`, or whatever was typed there."""

    what: str = ""
    given: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Conditions and groups of which all, any or none must hold."""

    how: str = ALL
    items: tuple[Row | Group, ...] = ()


@dataclass(frozen=True)
class FitRow(Filled):
    """Points where `when` holds."""

    given: Texts = field(default_factory=dict)
    when: Group = field(default_factory=Group)


@dataclass(frozen=True)
class EngagementRow(Filled):
    """Points for each activity that fits."""

    given: Texts = field(default_factory=dict)


Item: TypeAlias = Row | Group | FitRow | EngagementRow


@dataclass(frozen=True)
class Sheet:
    """Everything that stands in the editor. Caps are what was typed beside each group of points."""

    criteria: Group
    fit: tuple[FitRow, ...] = ()
    engagement: tuple[EngagementRow, ...] = ()
    fit_caps: Mapping[str, str] = field(default_factory=dict)
    engagement_caps: Mapping[str, str] = field(default_factory=dict)


def items_at(sheet: Sheet, container: str) -> tuple[Item, ...] | None:
    """What stands in a group or list of rules; None where there is no such place."""
    found: list[tuple[Item, ...]] = []

    def look(items: tuple[Item, ...]) -> tuple[Item, ...]:
        found.append(items)
        return items

    try:
        change_items(sheet, container, look)
    except (LookupError, ValueError):
        return None
    return found[0]


def item_at(sheet: Sheet, path: str) -> Item | None:
    """The row, group or rule at a path."""
    container, _, index = path.rpartition(".")
    items = items_at(sheet, container) if index.isdecimal() else None
    return items[int(index)] if items is not None and int(index) < len(items) else None


def change_items(sheet: Sheet, container: str, change: Callable[[tuple[Item, ...]], tuple[Item, ...]]) -> Sheet:
    """The sheet with other items in a group or list of rules; LookupError where there is no such place."""
    head, *way = container.split(".")
    if head == CRITERIA:
        return replace(sheet, criteria=_change(sheet.criteria, way, change))
    if head == ENGAGEMENT and not way:
        rules = change(sheet.engagement)
        return replace(sheet, engagement=tuple(rule for rule in rules if isinstance(rule, EngagementRow)))
    if head == FIT and not way:
        return replace(sheet, fit=tuple(rule for rule in change(sheet.fit) if isinstance(rule, FitRow)))
    if head == FIT and len(way) > 1 and way[1] == WHEN:
        index = int(way[0])
        rule = sheet.fit[index]
        changed = replace(rule, when=_change(rule.when, way[2:], change))
        return replace(sheet, fit=(*sheet.fit[:index], changed, *sheet.fit[index + 1 :]))
    raise LookupError(container)


def _change(group: Group, way: list[str], change: Callable[[tuple[Item, ...]], tuple[Item, ...]]) -> Group:
    if not way:
        return replace(group, items=tuple(one for one in change(group.items) if isinstance(one, Row | Group)))
    index = int(way[0])
    match group.items[index]:
        case Group() as inner:
            changed = _change(inner, way[1:], change)
            return replace(group, items=(*group.items[:index], changed, *group.items[index + 1 :]))
        case _:
            raise LookupError(way[0])

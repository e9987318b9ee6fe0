"""What does a press of a button do to the sheet? Add, remove, duplicate, move, with a sentence on what was done.

Every step is a pure function from a sheet to a sheet; `STEPS` names them as the buttons do: `up:c.0.1`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from leads.definitions.pages.sheet import (
    ALL,
    ANY,
    CRITERIA,
    ENGAGEMENT,
    FIT,
    WHEN,
    EngagementRow,
    FitRow,
    Group,
    Item,
    Row,
    Sheet,
    change_items,
    item_at,
    items_at,
)
from leads.definitions.terms import DEEPEST, MOST_IN_ALL

MOST = MOST_IN_ALL + 20
"""Rows in the editor: a few more than can be agreed on, so that there is room to rearrange them."""


@dataclass(frozen=True)
class Done:
    """The sheet after a step, where to go on, and what happened, for eyes and ears. `undoable`: it changed something."""

    sheet: Sheet
    focus: str
    said: str
    undoable: bool = True


def too_many_rows(sheet: Sheet) -> bool:
    """More than any definition has, and than is worth drawing; groups and rules count as well, empty ones too."""
    return _rows(sheet) > MOST or len(sheet.fit) + len(sheet.engagement) + _groups(sheet) > 2 * MOST


def take_step(sheet: Sheet, wish: str) -> Done | None:
    """Do what a button's value says (`remove:c.0`); None where it says nothing that can be done here."""
    name, _, where = wish.partition(":")
    step = STEPS.get(name)
    done = step(sheet, where) if step else None
    if done is not None and _depth(done.sheet) > max(DEEPEST + 2, _depth(sheet)):
        return Done(sheet, "", f"Groups are {_depth(sheet)} deep here; deeper nobody could read them.", undoable=False)
    if done is not None and _rows(done.sheet) > max(MOST, _rows(sheet)):
        return Done(
            sheet, "", f"There are {_rows(sheet)} rows; with more nobody could say what was agreed.", undoable=False
        )
    return done


def _add_condition(sheet: Sheet, where: str) -> Done | None:
    if where in (FIT, ENGAGEMENT):
        return None
    return _append(sheet, where, Row(), "A condition was added. Choose what it asks about.")


def _add_group(sheet: Sheet, where: str) -> Done | None:
    if where in (FIT, ENGAGEMENT):
        return None
    group = item_at(sheet, where) if where not in (CRITERIA, *_whens(sheet)) else None
    outer = group.how if isinstance(group, Group) else sheet.criteria.how
    inner = Group(ALL if outer == ANY else ANY, (Row(),))
    return _append(sheet, where, inner, "A group was added, with a first condition.", focus=".0")


def _whens(sheet: Sheet) -> list[str]:
    return [f"{FIT}.{index}.{WHEN}" for index in range(len(sheet.fit))]


def _add_rule(sheet: Sheet, where: str) -> Done | None:
    if where == FIT:
        rule: Item = FitRow({"points": ("10",)}, Group(ALL, (Row(),)))
        return _append(sheet, FIT, rule, "A fit rule was added.", focus=f".{WHEN}.0")
    if where == ENGAGEMENT:
        rule = EngagementRow({"points": ("10",), "half_life": ("30",), "kinds": ()})
        return _append(sheet, ENGAGEMENT, rule, "An engagement rule was added.")
    return None


def _append(sheet: Sheet, where: str, item: Item, said: str, *, focus: str = "") -> Done | None:
    items = items_at(sheet, where)
    if items is None:
        return None
    return Done(_with(sheet, where, (*items, item)), f"{where}.{len(items)}{focus}", said)


def _remove(sheet: Sheet, path: str) -> Done | None:
    found = _find(sheet, path)
    if found is None:
        return None
    where, index, items = found
    left = (*items[:index], *items[index + 1 :])
    focus = f"{where}.{min(index, len(left) - 1)}" if left else where
    return Done(_with(sheet, where, left), focus, f"{_name(items[index])} was removed.")


def _duplicate(sheet: Sheet, path: str) -> Done | None:
    found = _find(sheet, path)
    if found is None:
        return None
    where, index, items = found
    both = (*items[: index + 1], items[index], *items[index + 1 :])
    return Done(_with(sheet, where, both), f"{where}.{index + 1}", f"{_name(items[index])} was copied below.")


def _up(sheet: Sheet, path: str) -> Done | None:
    return _shift(sheet, path, -1)


def _down(sheet: Sheet, path: str) -> Done | None:
    return _shift(sheet, path, 1)


def _shift(sheet: Sheet, path: str, by: int) -> Done | None:
    found = _find(sheet, path)
    if found is None:
        return None
    where, index, items = found
    to = index + by
    if not 0 <= to < len(items):
        return Done(sheet, path, "It is the first here." if by < 0 else "It is the last here.", undoable=False)
    turned = list(items)
    turned[index], turned[to] = turned[to], turned[index]
    said = f"{_name(items[index])} moved {'up' if by < 0 else 'down'}, {to + 1} of {len(items)}."
    return Done(_with(sheet, where, tuple(turned)), f"{where}.{to}", said)


def _into(sheet: Sheet, path: str) -> Done | None:
    """Into the group before it, else the one after it, else into a group of its own."""
    found = _find(sheet, path)
    if found is None or not isinstance(item_at(sheet, path), Row | Group):
        return None
    where, index, items = found
    item = items[index]
    left = (*items[:index], *items[index + 1 :])
    for near, to in ((index - 1, index - 1), (index + 1, index)):
        group = items[near] if 0 <= near < len(items) else None
        if isinstance(group, Group) and isinstance(item, Row | Group):
            at_end = near < index
            inner = (*group.items, item) if at_end else (item, *group.items)
            moved = (*left[:to], replace(group, items=inner), *left[to + 1 :])
            focus = f"{where}.{to}.{len(group.items) if at_end else 0}"
            said = f"{_name(item)} moved into the group {'before' if at_end else 'after'} it."
            return Done(_with(sheet, where, moved), focus, said)
    if not isinstance(item, Row | Group):
        return None
    own = Group(ANY, (item,))
    wrapped = (*items[:index], own, *items[index + 1 :])
    return Done(_with(sheet, where, wrapped), f"{path}.0", f"{_name(item)} moved into a group of its own.")


def _out(sheet: Sheet, path: str) -> Done | None:
    """Behind the group that it is in, which goes when it is left empty."""
    found = _find(sheet, path)
    if found is None:
        return None
    where, index, items = found
    outer = _find(sheet, where)
    if outer is None:
        return Done(sheet, path, "It is in no group that it could leave.", undoable=False)
    above, place, around = outer
    group = around[place]
    if not isinstance(group, Group):
        return None
    left = (*items[:index], *items[index + 1 :])
    kept = (replace(group, items=left),) if left else ()  # type: ignore[arg-type]
    moved = (*around[:place], *kept, items[index], *around[place + 1 :])
    focus = f"{above}.{place + len(kept)}"
    return Done(_with(sheet, above, moved), focus, f"{_name(items[index])} moved out of its group.")


def _drop(sheet: Sheet, wish: str) -> Done | None:
    """`c.0.1>c.2:0`: put before the item that is now at that place of that group; into itself it cannot go."""
    path, _, to = wish.partition(">")
    where, _, text = to.partition(":")
    found, target = _find(sheet, path), items_at(sheet, where)
    if found is None or target is None or not _is_index(text) or f"{where}.".startswith(f"{path}."):
        return None
    home, place, items = found
    item, index = items[place], min(int(text), len(target))
    if where == home:
        left = (*items[:place], *items[place + 1 :])
        index -= index > place
        return Done(
            _with(sheet, where, (*left[:index], item, *left[index:])), f"{where}.{index}", f"{_name(item)} was moved."
        )
    if not isinstance(item, Row | Group) or where in (FIT, ENGAGEMENT):
        return None
    placed = _with(sheet, where, (*target[:index], item, *target[index:]))
    return Done(_without(placed, _after(path, where, index)), _before(where, path, index), f"{_name(item)} was moved.")


def _after(path: str, where: str, index: int) -> str:
    """Where a path leads once something was put into `where` at `index`."""
    if not path.startswith(f"{where}."):
        return path
    step, dot, rest = path[len(where) + 1 :].partition(".")
    return f"{where}.{int(step) + (int(step) >= index)}{dot}{rest}" if step.isdecimal() else path


def _before(where: str, path: str, index: int) -> str:
    """Where the item put into `where` at `index` stands once what was at `path` is gone."""
    home, _, last = path.rpartition(".")
    if where.startswith(f"{home}."):
        step, dot, rest = where[len(home) + 1 :].partition(".")
        if step.isdecimal() and int(step) > int(last):
            where = f"{home}.{int(step) - 1}{dot}{rest}"
    return f"{where}.{index}"


def _without(sheet: Sheet, path: str) -> Sheet:
    where, _, last = path.rpartition(".")
    return change_items(sheet, where, lambda items: (*items[: int(last)], *items[int(last) + 1 :]))


def _depth(sheet: Sheet) -> int:
    """How deep its groups are nested."""
    level, depth = [sheet.criteria, *(rule.when for rule in sheet.fit)], 0
    while level:
        level, depth = [item for group in level for item in group.items if isinstance(item, Group)], depth + 1
    return depth


def _groups(sheet: Sheet) -> int:
    groups, count = [sheet.criteria, *(rule.when for rule in sheet.fit)], 0
    while groups:
        inner = [item for item in groups.pop().items if isinstance(item, Group)]
        groups, count = groups + inner, count + len(inner)
    return count


def _rows(sheet: Sheet) -> int:
    """How many rows there are in all."""
    groups = [sheet.criteria, *(rule.when for rule in sheet.fit)]
    count = len(sheet.engagement)
    while groups:
        items = groups.pop().items
        groups += [item for item in items if isinstance(item, Group)]
        count += sum(isinstance(item, Row) for item in items)
    return count


def _find(sheet: Sheet, path: str) -> tuple[str, int, tuple[Item, ...]] | None:
    """Where an item stands: its list, its place in it, and the list's items."""
    where, _, text = path.rpartition(".")
    items = items_at(sheet, where) if _is_index(text) else None
    if items is None or int(text) >= len(items):
        return None
    return where, int(text), items


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 6


def _with(sheet: Sheet, where: str, items: tuple[Item, ...]) -> Sheet:
    return change_items(sheet, where, lambda _items: items)


def _name(item: Item) -> str:
    return "The group" if isinstance(item, Group) else "The condition" if isinstance(item, Row) else "The rule"


STEPS: dict[str, Callable[[Sheet, str], Done | None]] = {
    "add": _add_condition,
    "add-group": _add_group,
    "add-rule": _add_rule,
    "remove": _remove,
    "duplicate": _duplicate,
    "up": _up,
    "down": _down,
    "into": _into,
    "out": _out,
    "drop": _drop,
}

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


@dataclass(frozen=True)
class Done:
    """The sheet after a step, where to go on, and what happened, for eyes and ears. `undoable`: it changed something."""

    sheet: Sheet
    focus: str
    said: str
    undoable: bool = True


def take_step(sheet: Sheet, wish: str) -> Done | None:
    """Do what a button's value says (`remove:c.0`); None where it says nothing that can be done here."""
    name, _, where = wish.partition(":")
    step = STEPS.get(name)
    return step(sheet, where) if step else None


def _add_condition(sheet: Sheet, where: str) -> Done | None:
    return _append(sheet, where, Row(), "A condition was added. Choose what it asks about.")


def _add_group(sheet: Sheet, where: str) -> Done | None:
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
    if found is None or target is None or not text.isdecimal() or f"{where}.".startswith(f"{path}."):
        return None
    item, index = found[2][found[1]], min(int(text), len(target))
    if isinstance(item, Row | Group) == (where in (FIT, ENGAGEMENT)) or (
        not isinstance(item, Row | Group) and where != found[0]
    ):
        return None
    marked = _with(sheet, where, (*target[:index], _HERE, *target[index:]))
    path_now = path
    if where == found[0] and index <= found[1]:
        path_now = f"{where}.{found[1] + 1}"
    elif path.startswith(f"{where}.") and index <= int(path[len(where) + 1 :].split(".")[0]):
        step, _, rest = path[len(where) + 1 :].partition(".")
        path_now = f"{where}.{int(step) + 1}.{rest}"
    container, _, last = path_now.rpartition(".")
    source = items_at(marked, container) or ()
    without = _with(marked, container, (*source[: int(last)], *source[int(last) + 1 :]))
    placed, focus = _replace_mark(without, item)
    return Done(placed, focus, f"{_name(item)} was moved.")


_HERE = Row("\0here")


def _replace_mark(sheet: Sheet, item: Item) -> tuple[Sheet, str]:
    """The item in the place of the mark, and the path to it."""
    lists = [FIT, ENGAGEMENT, CRITERIA, *_whens(sheet)]
    while lists:
        where = lists.pop()
        items = items_at(sheet, where) or ()
        for index, one in enumerate(items):
            if one is _HERE:
                return _with(sheet, where, (*items[:index], item, *items[index + 1 :])), f"{where}.{index}"
            if isinstance(one, Group):
                lists.append(f"{where}.{index}")
    raise LookupError("the mark")


def _find(sheet: Sheet, path: str) -> tuple[str, int, tuple[Item, ...]] | None:
    """Where an item stands: its list, its place in it, and the list's items."""
    where, _, text = path.rpartition(".")
    items = items_at(sheet, where) if text.isdecimal() else None
    if items is None or int(text) >= len(items):
        return None
    return where, int(text), items


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

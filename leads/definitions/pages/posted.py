"""How does a sheet travel in a form, and back? Each control's name is the path of its row and its own name: `c.0.1.value`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from alignment.documents import unstorable
from leads.definitions.fields import ATTRIBUTES
from leads.definitions.pages.asks import ACTIVITY, DID, key_of, kind_of
from leads.definitions.pages.sheet import (
    ALL,
    CRITERIA,
    ENGAGEMENT,
    FIT,
    HOWS,
    WHEN,
    EngagementRow,
    FitRow,
    Group,
    Row,
    Sheet,
    Texts,
)

Pairs = list[tuple[str, str]]
DEEPEST_NAME = 24
LONGEST_TEXT = 2_000
LONGEST_PACKED, MOST_CONTROLS = 1_000_000, 5_000
WHAT, HOW = "what", "how"
CAPS = {FIT: "fcap", ENGAGEMENT: "gcap"}


@dataclass
class _Place:
    """What was posted for one path."""

    controls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inner: dict[str, _Place] = field(default_factory=dict)


def read_sheet(pairs: Iterable[tuple[str, str]]) -> Sheet:
    """The sheet in a posted form; whatever does not belong to it is left aside."""
    top = _Place()
    for name, value in pairs:
        *way, control = name.split(".")
        if not way or len(way) > DEEPEST_NAME or way[0] not in (CRITERIA, FIT, ENGAGEMENT, *CAPS.values()):
            continue
        place = top
        for step in way:
            place = place.inner.setdefault(step, _Place())
        place.controls[control] = (*place.controls.get(control, ()), value[:LONGEST_TEXT].strip())
    return Sheet(
        criteria=_group(top.inner.get(CRITERIA, _Place())),
        fit=tuple(_fit(one) for one in _in_order(top.inner.get(FIT))),
        engagement=tuple(EngagementRow(_kinds(one.controls)) for one in _in_order(top.inner.get(ENGAGEMENT))),
        fit_caps=_caps(top.inner.get(CAPS[FIT])),
        engagement_caps=_caps(top.inner.get(CAPS[ENGAGEMENT])),
    )


def pairs_of(sheet: Sheet) -> Pairs:
    """The sheet as a form posts it: `read_sheet(pairs_of(sheet)) == sheet`."""
    found: Pairs = _group_pairs(CRITERIA, sheet.criteria)
    for index, rule in enumerate(sheet.fit):
        found += [*_controls(f"{FIT}.{index}", rule.given), *_group_pairs(f"{FIT}.{index}.{WHEN}", rule.when)]
    for index, one in enumerate(sheet.engagement):
        found += _controls(f"{ENGAGEMENT}.{index}", one.given) or [(f"{ENGAGEMENT}.{index}.points", "")]
    for part, caps in ((FIT, sheet.fit_caps), (ENGAGEMENT, sheet.engagement_caps)):
        for index, (name, cap) in enumerate(caps.items()):
            found += [(f"{CAPS[part]}.{index}.name", name), (f"{CAPS[part]}.{index}.cap", cap)]
    return found


def packed(sheet: Sheet) -> str:
    """The sheet in one text, for the way back from the last step."""
    return json.dumps(pairs_of(sheet), separators=(",", ":"), ensure_ascii=False)


def unpacked(text: str) -> Sheet | None:
    """The sheet in such a text; None where it is none."""
    if len(text) > LONGEST_PACKED:
        return None
    try:
        pairs = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(pairs, list) or len(pairs) > MOST_CONTROLS or unstorable(pairs):
        return None
    if not all(
        isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], str)
        for pair in pairs
    ):
        return None
    return read_sheet((name, value) for name, value in pairs)


def _in_order(place: _Place | None) -> list[_Place]:
    inner = place.inner if place else {}
    return [inner[index] for index in sorted((one for one in inner if one.isdecimal() and len(one) < 6), key=int)]


def _group(place: _Place) -> Group:
    how = next(iter(place.controls.get(HOW, ())), ALL)
    items = tuple(_group(one) if HOW in one.controls else _row(one) for one in _in_order(place))
    return Group(how if how in HOWS else ALL, items)


def _row(place: _Place) -> Row:
    """A row; a shortcut to one kind of activity becomes what it stands for, a named attribute gets its name."""
    given = dict(place.controls)
    what = key_of(next(iter(given.pop(WHAT, ())), ""))
    name = next(iter(given.pop("name", ())), "")
    if what.startswith(DID):
        return Row(ACTIVITY, {**given, "kinds": (what.removeprefix(DID),)})
    if what.endswith(ATTRIBUTES):
        return Row(what + name if name else what, given)
    return Row(what, _kinds(given))


def _fit(place: _Place) -> FitRow:
    return FitRow(place.controls, _group(place.inner.get(WHEN, _Place())))


def _kinds(given: Mapping[str, tuple[str, ...]]) -> Texts:
    if "kinds" not in given:
        return dict(given)
    return {**given, "kinds": tuple(kind_of(text) for text in given["kinds"])}


def _caps(place: _Place | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in _in_order(place):
        name, cap = next(iter(one.controls.get("name", ())), ""), next(iter(one.controls.get("cap", ())), "")
        if name and cap:
            found[name] = cap
    return found


def _group_pairs(path: str, group: Group) -> Pairs:
    found: Pairs = [(f"{path}.{HOW}", group.how)]
    for index, item in enumerate(group.items):
        where = f"{path}.{index}"
        if isinstance(item, Group):
            found += _group_pairs(where, item)
        else:
            found += [(f"{where}.{WHAT}", item.what), *_controls(where, item.given)]
    return found


def _controls(path: str, given: Texts) -> Pairs:
    return [(f"{path}.{name}", value) for name, values in given.items() for value in values]

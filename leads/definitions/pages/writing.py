"""What does a sheet say as a document of terms? What is not finished or cannot be read is told where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alignment.agreements.kinds import Document
from leads.definitions.pages.asks import SCORE, shape_of
from leads.definitions.pages.operators import NEVER, choose, chosen
from leads.definitions.pages.sheet import (
    ALL,
    CRITERIA,
    ENGAGEMENT,
    FIT,
    NONE,
    WHEN,
    EngagementRow,
    FitRow,
    Group,
    Row,
    Sheet,
)

Way = tuple[str | int, ...]
PATTERNS = ("url", "asset", "campaign", "channel", "outcome")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,6}")


@dataclass(frozen=True)
class Problem:
    """What is wrong at a place of the sheet. `unfinished`: nothing is wrong yet, something is still to be said."""

    place: str
    text: str
    unfinished: bool = False


@dataclass
class Written:
    """A document, the place of the sheet that each part of it came from, and what could not be written."""

    document: Document | None = None
    places: dict[Way, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class _Stop(Exception):
    """This row cannot be written."""

    def __init__(self, text: str, *, unfinished: bool = False) -> None:
        super().__init__(text)
        self.text, self.unfinished = text, unfinished


def write(sheet: Sheet) -> Written:
    """The document of what is finished and can be read; None where nothing is left of the criteria."""
    written = Written()
    criteria = _group(sheet.criteria, CRITERIA, ("criteria",), written)
    document: Document = {"criteria": criteria}
    for part, name, caps in ((FIT, "fit", sheet.fit_caps), (ENGAGEMENT, "engagement", sheet.engagement_caps)):
        rules = _rules(sheet, part, name, written)
        if rules:
            groups = {rule["group"] for rule in rules if "group" in rule}
            document[name] = {"rules": rules, **_caps(caps, groups, part, written)}
            written.places[(name,)] = part
    written.document = document if criteria is not None else None
    written.places[("criteria",)] = CRITERIA
    return written


def _group(group: Group, path: str, way: Way, written: Written) -> Document | None:
    """The condition that a group says; a “none” of several is not any of them."""
    inner_way = (*way, "not") if group.how == NONE else way
    items: list[Document] = []
    several = group.how != NONE or len(group.items) > 1
    key = ALL if group.how == ALL else "any"
    for index, item in enumerate(group.items):
        there = (*inner_way, key, len(items)) if several else inner_way
        where = f"{path}.{index}"
        one = _group(item, where, there, written) if isinstance(item, Group) else _row(item, where, there, written)
        if one is not None:
            items.append(one)
    if not items:
        if not group.items:
            written.problems.append(Problem(path, "Nothing is asked here yet: add a condition.", unfinished=True))
        return None
    written.places.setdefault(way, path)
    inner: Document = {key: items} if several else items[0]
    return {"not": inner} if group.how == NONE else inner


def _row(row: Row, path: str, way: Way, written: Written) -> Document | None:
    try:
        condition = _condition(row)
    except _Stop as stop:
        written.problems.append(Problem(path, stop.text, stop.unfinished))
        return None
    written.places[way] = path
    return condition


def _condition(row: Row) -> Document:
    shape = shape_of(row.what)
    if not row.what:
        raise _Stop("Choose what this asks about.", unfinished=True)
    if row.what.endswith(".attributes."):
        raise _Stop("Name the attribute.", unfinished=True)
    if shape is None:
        raise _Stop(f"There is nothing called “{row.what}” to ask about. Choose from the list.")
    if shape == "activity":
        return _activity(row)
    operator = chosen(row)
    if shape == "consent":
        return {"consent": _needed(row.text("purpose"), "Name the purpose, such as marketing."), "op": operator.op}
    if shape == "score":
        return {
            "score": row.what.removeprefix(SCORE),
            "op": operator.op,
            "value": number(row.text("value"), "how many points"),
        }
    asked: Document = {"field": row.what, "op": operator.op}
    if operator.takes == "nothing":
        return asked
    return {**asked, "value": _value(row, operator.takes)}


def _value(row: Row, takes: str) -> object:
    if takes == "boolean":
        return row.text("value") != "no"
    if takes == "number":
        return number(row.text("value"), "a number")
    if takes == "days":
        return whole(row.text("value"), "how many days")
    values = row.texts("value")
    _needed("".join(values), "Say which value.")
    return values[0] if len(values) == 1 or takes == "text" else list(dict.fromkeys(values))


def _activity(row: Row) -> Document:
    op, count = choose(row), row.text("count") if "count" in row.given else "1"
    never = op == NEVER
    days = row.text("days")
    return {
        "activity": _filter(row),
        "op": "at_most" if never else op,
        "count": 0 if never else whole(count, "how many times"),
        **({"within_days": whole(days, "days")} if days else {}),
    }


def _filter(row: Row | EngagementRow) -> Document:
    kinds = list(dict.fromkeys(row.texts("kinds")))
    _needed("".join(kinds), "Choose what happened, such as page views.")
    return {"kinds": kinds, **{name: row.text(name) for name in PATTERNS if row.text(name)}}


def _rules(sheet: Sheet, part: str, name: str, written: Written) -> list[Document]:
    found: list[Document] = []
    rules: Sequence[FitRow | EngagementRow] = sheet.fit if part == FIT else sheet.engagement
    for index, rule in enumerate(rules):
        path, way = f"{part}.{index}", (name, "rules", len(found))
        try:
            one = _fit(rule, path, way, written) if isinstance(rule, FitRow) else _engagement(rule)
        except _Stop as stop:
            written.problems.append(Problem(path, stop.text, stop.unfinished))
            continue
        if one is not None:
            written.places[way] = path
            found.append(one)
    return found


def _fit(rule: FitRow, path: str, way: Way, written: Written) -> Document | None:
    when = rule.when
    alone = when.how == ALL and len(when.items) == 1
    inner = f"{path}.{WHEN}"
    there = (*way, "when")
    if alone:
        item = when.items[0]
        first = f"{inner}.0"
        said = _group(item, first, there, written) if isinstance(item, Group) else _row(item, first, there, written)
    else:
        said = _group(when, inner, there, written)
    return {"when": said, **_points(rule)} if said is not None else None


def _engagement(rule: EngagementRow) -> Document:
    half_life, days = rule.text("half_life"), rule.text("days")
    return {
        "activity": _filter(rule),
        **_points(rule),
        **({"half_life_days": number(half_life, "days")} if half_life else {}),
        **({"within_days": whole(days, "days")} if days else {}),
    }


def _points(rule: FitRow | EngagementRow) -> Document:
    group = rule.text("group")
    return {"points": whole(rule.text("points"), "how many points"), **({"group": group} if group else {})}


def _caps(caps: Mapping[str, str], groups: set[object], part: str, written: Written) -> Document:
    found: Document = {}
    for name, text in caps.items():
        try:
            if name in groups:
                found[name] = whole(text, "points")
        except _Stop as stop:
            written.problems.append(Problem(part, stop.text, stop.unfinished))
    return {"caps": found} if found else {}


def whole(text: str, what: str) -> int:
    """A whole number as people type it."""
    if not _WHOLE.fullmatch(_needed(text, f"Say {what}.")):
        raise _Stop(f"“{text}” is no whole number; write digits, such as 30.")
    return int(text)


def number(text: str, what: str) -> int | float:
    """A number as people type it."""
    if _WHOLE.fullmatch(_needed(text, f"Say {what}.")):
        return int(text)
    if not _DECIMAL.fullmatch(text):
        raise _Stop(f"“{text}” is no number; write digits, such as 50 or 2.5.")
    return float(text)


def _needed(text: str, otherwise: str) -> str:
    if not text:
        raise _Stop(otherwise, unfinished=True)
    return text

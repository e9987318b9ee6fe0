"""What did somebody say on the mapping page? The posted controls, read into a change of the profile."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import QueryDict

from alignment.people.company import known_timezones
from alignment.refusals import FieldError, Refused
from leads.imports.mapping.arranging import AS_IT_STANDS, KEEP, Change
from leads.imports.mapping.drafting import LAYOUT
from leads.imports.reading import Layout
from leads.selectors.mapping import ColumnFacts, MappingFacts
from leads.selectors.mapping_values import NOTHING, ValuesFacts

DATES = (
    ("", "as the file tells"),
    ("iso", "year first: 2024-12-31"),
    ("day-first", "day first: 31/12/2024"),
    ("month-first", "month first: 12/31/2024"),
)
DECIMALS = (("", "as the file tells"), (".", "a point: 1,234.50"), (",", "a comma: 1.234,50"))
ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("cp1252", "Western European (Windows-1252)"),
    ("cp1250", "Central European (Windows-1250)"),
    ("cp1251", "Cyrillic (Windows-1251)"),
    ("cp1253", "Greek (Windows-1253)"),
    ("cp1254", "Turkish (Windows-1254)"),
    ("mac-roman", "Mac Roman"),
    ("cp850", "DOS (850)"),
    ("shift_jis", "Japanese (Shift JIS)"),
    ("gb18030", "Chinese (GB 18030)"),
    ("big5", "Chinese (Big5)"),
    ("euc-kr", "Korean (EUC-KR)"),
)
DELIMITERS = ((",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar"))
LINES = 15
LONGEST = 300


def read_change(post: QueryDict, facts: MappingFacts) -> Change:
    """Everything that the form says; controls that are not in it change nothing."""
    allowed = {name for _group, members in facts.groups for name, _title in members}
    return Change(
        columns={column.seen.name: _fields(post, column, allowed) for column in facts.columns},
        constants=_constants(post, facts, allowed),
        formats={name.removeprefix("way-"): _said(post, name) for name in post if name.startswith("way-")},
        maps={one.field: dict(_meanings(post, one)) for one in facts.maps},
        general=_general(post, facts),
    )


def _fields(post: QueryDict, column: ColumnFacts, allowed: set[str]) -> tuple[str, ...]:
    """What the column is taken for. A field that nobody offered is not taken."""
    chosen = post.get(f"column-{column.index}", column.chosen)
    if chosen not in allowed and chosen not in (column.chosen, KEEP):
        chosen = ""
    if chosen != column.chosen:
        return (chosen,) if chosen else ()
    known = [field for field, _title in column.also]
    asked = f"column-{column.index}" in post
    also = [field for field in known if not asked or field in post.getlist(f"also-{column.index}")]
    return (chosen, *also) if chosen else ()


def _constants(post: QueryDict, facts: MappingFacts, allowed: set[str]) -> dict[str, str]:
    said = {
        field: _said(post, f"constant-{field}")
        for field, _title, _value in facts.constants
        if f"constant-{field}" in post
    }
    new, value = _said(post, "new-constant-field"), _said(post, "new-constant")
    return {**said, new: value} if new in allowed and value else said


def _meanings(post: QueryDict, values: ValuesFacts) -> Iterator[tuple[str, str | None]]:
    """What each value is said to mean; those that mean what they meant are left out."""
    for one in values.values:
        said = post.get(f"value-{one.key}")
        if said is None:
            continue
        meant = said if values.is_short else _typed(said.strip(), values)
        if meant != one.chosen:
            yield one.value, AS_IT_STANDS if meant == AS_IT_STANDS else meant.removeprefix(":") or None


def _typed(text: str, values: ValuesFacts) -> str:
    """A meaning that was typed: by its title or as it is written."""
    if not text:
        return AS_IT_STANDS
    if text in (NOTHING, "-"):
        return ""
    found = next(
        (target for target in values.targets if text.casefold() in (target.title.casefold(), target.value.casefold())),
        None,
    )
    return f":{found.value if found else text[:LONGEST]}"


def _general(post: QueryDict, facts: MappingFacts) -> dict[str, str | bool]:
    said: dict[str, str | bool] = {
        name: _said(post, name)[:100]
        for name in ("system", "timezone", "dates", "decimal", "owner_team")
        if name in post
    }
    if facts.kind.may_create_leads and "asked-create_leads" in post:
        said["create_leads"] = post.get("create_leads") == "on"
    zone = said.get("timezone")
    if zone and zone not in known_timezones():
        detail = f"“{zone}” is no time zone: choose one of the list, such as Europe/Berlin."
        raise Refused("unknown_timezone", detail, [FieldError("timezone", "unknown_timezone", detail)])
    return said


def read_layout(post: QueryDict, layout: Layout) -> dict[str, str | int]:
    """What is said about how the file is read, and is not so already; an answer to the reader's question under its field."""
    now = as_said(layout)
    said: dict[str, str | int] = {
        name: _written(post, f"layout-{name}")
        for name in LAYOUT
        if f"layout-{name}" in post and post[f"layout-{name}"] != now[name]
    }
    field = _written(post, "question")
    if field and "answer" in post:
        said[field] = _written(post, "answer")
    header = str(said.get("header", ""))
    return {**said, "header": int(header)} if header.isdecimal() and len(header) < 9 else said


def _written(post: QueryDict, name: str) -> str:
    """What was posted, as it stands: a tab is a separator."""
    value = post.get(name)
    return value[:LONGEST] if isinstance(value, str) else ""


def _said(post: QueryDict, name: str) -> str:
    """What was typed, without blanks around it."""
    return _written(post, name).strip()


def as_said(layout: Layout) -> dict[str, str]:
    """How a file is read, as the selects say it."""
    return {
        "encoding": layout.encoding.removesuffix("-sig"),
        "delimiter": layout.delimiter,
        "header": "none" if layout.header is None else str(layout.header),
        "sheet": layout.sheet or "",
    }

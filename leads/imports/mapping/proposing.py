"""What is in a file, and which column is which field? Proposed from names, contents and profiles known already; people decide. Pure.

A field is proposed once and a column for one field only; what is unsure is left as an attribute, where the kind has any.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from leads.imports.kinds import KINDS, FieldType, Kind
from leads.imports.mapping.contents import Looks
from leads.imports.mapping.studying import SeenColumn
from leads.imports.mapping.synonyms import NAMES, SPEAKS_OF

SURE = 88
"""From this likeness on two names mean the same."""

_DATES, _NUMBERS = frozenset({Looks.DATE}), frozenset({Looks.NUMBER, Looks.MONEY})
_MUST_LOOK: dict[FieldType, frozenset[Looks]] = {
    FieldType.INSTANT: _DATES | {Looks.NUMBER, Looks.TEXT},
    FieldType.DAY: _DATES | {Looks.NUMBER, Looks.TEXT},
    FieldType.NUMBER: _NUMBERS,
    FieldType.MONEY: _NUMBERS,
    FieldType.COUNT: _NUMBERS | {Looks.FEW, Looks.TEXT},
    FieldType.YES_NO: frozenset({Looks.YES_NO, Looks.FEW, Looks.NUMBER}),
}
_FIELD_LOOKS: dict[str, frozenset[Looks]] = {
    "email": frozenset({Looks.EMAIL, Looks.TEXT, Looks.FEW}),
    "domain": frozenset({Looks.URL, Looks.TEXT}),
    "country": frozenset({Looks.COUNTRY, Looks.FEW, Looks.TEXT}),
    "phone": frozenset({Looks.PHONE, Looks.NUMBER, Looks.TEXT, Looks.DATE}),
    "name": frozenset({Looks.TEXT, Looks.FEW, Looks.COUNTRY, Looks.URL}),
    "full_name": frozenset({Looks.TEXT, Looks.FEW}),
    "first_name": frozenset({Looks.TEXT, Looks.FEW, Looks.COUNTRY}),
    "last_name": frozenset({Looks.TEXT, Looks.FEW, Looks.COUNTRY}),
}
_BY_CONTENT = {Looks.EMAIL: ("email", 60), Looks.PHONE: ("phone", 60), Looks.COUNTRY: ("country", 60)}
_RARE = frozenset({"system", "lead_system", "company_system", "attributes"})
"""Fields of our own exports: proposed by their profiles only."""

_IDENTITY = frozenset({"external_id"})
_SMALL_WORDS = re.compile(r"[^\w]+|_")


@dataclass(frozen=True)
class Proposed:
    """One column taken for one field, how sure that is of 100, and why in words."""

    column: str
    field: str
    score: float
    why: str


def plain(name: str) -> str:
    """Letters and digits alone, without case and accents."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in folded if letter.isalnum())


@cache
def _synonyms(kind: str, field: str) -> tuple[str, ...]:
    """What the field may be called, our own name for it first."""
    listed = NAMES.get(kind, {}).get(field, "")
    return tuple(
        dict.fromkeys([field, field.replace("_", " "), *(name.strip() for name in listed.split(",") if name.strip())])
    )


@cache
def _exact(kind: str, field: str) -> dict[str, int]:
    """Each name's place in the table, by its plain form: the first ones are the most usual."""
    names: dict[str, int] = {}
    for place, name in enumerate(_synonyms(kind, field)):
        names.setdefault(plain(name), place)
    return names


def is_name_of_field(name: str) -> bool:
    """Whether some field of some kind goes by exactly this name."""
    bare = plain(name)
    return any(bare in _exact(kind, field) for kind, fields in NAMES.items() for field in fields)


def propose_fields(kind: Kind, columns: Sequence[SeenColumn]) -> list[Proposed]:
    """Each column that is surely one of the kind's fields, in the order of the columns."""
    names = [*(name for name in kind.fields if name not in _RARE), *(["consent.marketing"] * kind.has_consents)]
    found = [one for column in columns if column.filled for one in _candidates(kind, names, column)]
    order = {column.name: place for place, column in enumerate(columns)}
    taken: dict[str, Proposed] = {}
    fields: set[str] = set()
    for one in sorted(found, key=lambda one: (-one.score, order[one.column])):
        if one.column not in taken and one.field not in fields and not _doubles(one.field, fields):
            taken[one.column] = one
            fields.add(one.field)
    return sorted(taken.values(), key=lambda one: order[one.column])


def _doubles(field: str, fields: set[str]) -> bool:
    """A whole name beside first and last name says the same twice."""
    return field == "full_name" and {"first_name", "last_name"} <= fields


def _candidates(kind: Kind, names: Sequence[str], column: SeenColumn) -> Iterator[Proposed]:
    for field in names:
        if not _may_be(kind, field, column):
            continue
        score, alike = likeness(kind.key, field, column.name)
        if score >= SURE:
            yield Proposed(column.name, field, score, f"named like “{alike}”" if alike else "named like the field")
    field, score = _BY_CONTENT.get(column.looks, ("", 0))
    if field in kind.fields and not (field == "email" and not column.is_unique and kind.key in ("leads", "users")):
        yield Proposed(column.name, field, score, column.looks.value)


def likeness(kind: str, field: str, name: str) -> tuple[float, str]:
    """How much a column's name is like a field's, of 100, and the name that it is like if that is another."""
    bare = plain(name)
    if not bare:
        return 0, ""
    exact = _exact(kind, field).get(bare)
    if exact is not None:
        return 100 - min(exact, 40) / 10, "" if exact < 2 else _synonyms(kind, field)[exact]
    if len(bare) < 5:
        return 0, ""
    spoken = default_process(name)
    best, alike = max((fuzz.ratio(spoken, default_process(other)), other) for other in _synonyms(kind, field))
    return (best - 5, alike) if best - 5 >= SURE else (0, "")


def _may_be(kind: Kind, field: str, column: SeenColumn) -> bool:
    """Whether what stands in the column can be the field at all."""
    if (
        field in _IDENTITY
        and kind.key in ("leads", "deals", "companies", "campaigns", "users")
        and not column.is_unique
    ):
        return False
    if field in _IDENTITY and column.looks in (Looks.DATE, Looks.EMAIL, Looks.MONEY):
        return False
    if field == "email" and not any("@" in sample for sample in column.samples):
        return False
    fitting = _FIELD_LOOKS.get(field) or _MUST_LOOK.get(kind.type_of(field) or FieldType.TEXT)
    return fitting is None or column.looks in fitting


def rank_kinds(columns: Sequence[SeenColumn], file_name: str) -> list[str]:
    """The kinds that the file may hold, the likeliest first."""
    words = _words(file_name.rsplit(".", 1)[0])
    named = [_words(column.name) for column in columns]
    scores = {kind.key: _kind_score(kind, columns, words, named) for kind in KINDS.values()}
    return sorted(scores, key=lambda key: -scores[key])


def _kind_score(kind: Kind, columns: Sequence[SeenColumn], words: set[str], named: Sequence[set[str]]) -> float:
    proposed = propose_fields(kind, columns)
    fields = {one.field for one in proposed}
    lacking = sum(1 for group in kind.needs_one_of if not fields & set(group))
    speaks = _spoken(kind.key)
    told = sum(1 for column in named if column & speaks)
    share = sum(one.score for one in proposed) / 100
    few = len(fields) / max(1, len(kind.fields))
    return share + 4 * few + 3 * bool(words & speaks) + min(told, 3) - 4 * lacking


@cache
def _spoken(kind: str) -> frozenset[str]:
    return frozenset(word.strip() for word in SPEAKS_OF.get(kind, "").split(","))


def _words(name: str) -> set[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return {word for word in _SMALL_WORDS.split(parted.casefold()) if word}

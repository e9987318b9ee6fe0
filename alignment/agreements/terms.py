"""What does a document of terms say? Read with its kind's types, or refused naming everything that is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast, get_args

from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

from alignment.agreements.kinds import Document, Kind, Scope, Terms, find_kind
from alignment.agreements.models import Version
from alignment.documents import MAX_DEPTH, depth_of, unstorable
from alignment.refusals import FieldError, Refused

LONGEST_TERMS = 400_000
"""Characters of JSON."""

WHOLE = "terms"
"""The field of an error that concerns the document as a whole."""

SHOULD_BE = "Input should be "
NAMED = {"missing": "required", "extra_forbidden": "unknown_key"}
MOST_WAYS = 64

OF_TYPES = frozenset(get_args(ErrorType)) - {"invalid_key"}
"""What pydantic itself complains of in JSON; any other type is a code of ours, raised by a kind's own validators."""


def read_terms(kind: Kind[Any], document: object, *, scope: Scope) -> Terms:
    """The terms in a document as people or systems send it; `Refused` with `invalid_terms` names all that is wrong."""
    terms = parse_terms(kind, document)
    errors = kind.check(terms, scope)
    if errors:
        raise _invalid(errors)
    return terms


def parse_terms(kind: Kind[Any], document: object) -> Terms:
    """The same by its types alone, without asking the database whether what it names is there."""
    if not isinstance(document, dict):
        raise _invalid([FieldError(WHOLE, "invalid_type", "Terms are a JSON object.")])
    if depth_of(document) > MAX_DEPTH:
        raise _invalid([FieldError(WHOLE, "too_deep", f"The document is nested deeper than {MAX_DEPTH} levels.")])
    if why := unstorable(document):
        raise _invalid([FieldError(WHOLE, "invalid_characters", f"The document {why}.")])
    text = json.dumps(document)
    if len(text) > LONGEST_TERMS:
        detail = f"These terms are {len(text):,} characters long; at most {LONGEST_TERMS:,} are."
        raise Refused("terms_too_long", detail, [FieldError(WHOLE, "too_long", detail)])
    try:
        return cast("Terms", kind.terms.model_validate_json(text))
    except ValidationError as error:
        raise _invalid(field_errors(error, document)) from error


def terms_of(version: Version) -> Terms:
    """What a stored version says, brought up to the present schema of its kind."""
    return stored_terms(version.agreement.kind, version.schema, json.dumps(version.terms, sort_keys=True))


def stored_terms(kind_key: str, schema: int, text: str) -> Terms:
    """Terms by the very text that is stored: what is kept here can never be stale."""
    return _read_once(kind_key, schema, find_kind(kind_key).schema, text)


@lru_cache(maxsize=512)
def _read_once(kind_key: str, schema: int, present: int, text: str) -> Terms:
    """The same text, upgraded to schema `present`; keys in one order, however the database or Python hands them out."""
    kind = find_kind(kind_key)
    document: Document = json.loads(text)
    for step in range(schema, present):
        document = kind.upgrades[step](document)
    return cast("Terms", kind.terms.model_validate_json(json.dumps(document, sort_keys=True)))


def as_document(terms: Terms) -> Document:
    """Terms as they are stored: defaults written out, so that a later default changes nothing that was signed."""
    return terms.model_dump(mode="json", by_alias=True)


TAG = "@"
"""How the tags of a kind's unions begin: pydantic puts them into the way to an error, the document has no such part."""


def field_errors(error: ValidationError, document: object = None) -> list[FieldError]:
    """What pydantic found, each with the way to it in the document (`criteria.all.0.value`), all that is wrong at once.

    Where a value fits none of several types, pydantic complains once for each type; that is one error here.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for one in error.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in way_to(one["loc"], document, missing=one["type"] == "missing")) or WHOLE
        code = NAMED.get(one["type"], "invalid") if one["type"] in OF_TYPES else one["type"]
        said = found.setdefault((where, code), [])
        if one["msg"] not in said:
            said.append(one["msg"])
    return [FieldError(where, code, _sentence(where, code, said)) for (where, code), said in found.items()]


def way_to(loc: Sequence[int | str], document: object, *, missing: bool = False) -> tuple[int | str, ...]:
    """pydantic's location without the names of the types it tried: of the ways that the document knows, the longest.

    Of two that are equally long, the one that leaves out the earlier parts: a type's name comes before its fields. Where
    something is `missing`, the last part is what the document does not have.
    """
    ways: list[tuple[tuple[int, ...], object]] = [((), document)]
    for place, part in enumerate(loc):
        absent = missing and place == len(loc) - 1
        ways += [
            ((*way, place), _inside(value, part)) for way, value in ways if _has(value, part, may_be_missing=absent)
        ]
        ways = sorted(ways, key=lambda way: (len(way[0]), way[0]))[-MOST_WAYS:]
    return tuple(loc[place] for place in ways[-1][0])


def _has(value: object, part: int | str, *, may_be_missing: bool) -> bool:
    if isinstance(value, list):
        return isinstance(part, int) and 0 <= part < len(value)
    return isinstance(value, dict) and isinstance(part, str) and (part in value or may_be_missing)


def _inside(value: object, part: int | str) -> object:
    if isinstance(value, list) and isinstance(part, int):
        return value[part]
    return value.get(part) if isinstance(value, dict) else None


def _sentence(where: str, code: str, said: Sequence[str]) -> str:
    name = where.rpartition(".")[2]
    if code == "required":
        return f"“{name}” is missing."
    if code == "unknown_key":
        return f"“{name}” is not known here."
    if len(said) > 1 and all(one.startswith(SHOULD_BE) for one in said):
        said = [SHOULD_BE + " or ".join(one.removeprefix(SHOULD_BE) for one in said)]
    message = said[0].removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."


def _invalid(errors: list[FieldError]) -> Refused:
    shown = "; ".join(f"{error.field}: {error.detail}" for error in errors[:5])
    more = f" (and {len(errors) - 5} more)" if len(errors) > 5 else ""
    return Refused("invalid_terms", f"These terms cannot be: {shown}{more}", errors)

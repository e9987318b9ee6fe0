"""What does a document of terms say? Read with its kind's types, or refused naming everything that is wrong with it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, cast, get_args

from pydantic import ValidationError
from pydantic_core import ErrorType

from alignment.agreements.kinds import Document, Kind, Scope, Terms, find_kind
from alignment.agreements.models import Version
from alignment.documents import unstorable
from alignment.refusals import FieldError, Refused

LONGEST_TERMS = 400_000
"""Characters of JSON."""

OF_TYPES = frozenset(get_args(ErrorType))
"""What pydantic itself complains of; any other type is a code of ours, raised by a kind's own validators."""


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
        raise Refused("invalid_terms", "Terms are a JSON object.")
    if why := unstorable(document):
        raise Refused("invalid_terms", f"This document {why}.")
    text = json.dumps(document)
    if len(text) > LONGEST_TERMS:
        raise Refused(
            "terms_too_long", f"These terms are {len(text):,} characters long; at most {LONGEST_TERMS:,} are."
        )
    try:
        return cast("Terms", kind.terms.model_validate_json(text))
    except ValidationError as error:
        raise _invalid(field_errors(error)) from error


def terms_of(version: Version) -> Terms:
    """What a stored version says, brought up to the present schema of its kind."""
    return stored_terms(version.agreement.kind, version.schema, json.dumps(version.terms, sort_keys=True))


@lru_cache(maxsize=512)
def stored_terms(kind_key: str, schema: int, text: str) -> Terms:
    """Terms by the very text that is stored: what is kept here can never be stale."""
    kind = find_kind(kind_key)
    document: Document = json.loads(text)
    for step in range(schema, kind.schema):
        document = kind.upgrades[step](document)
    return cast("Terms", kind.terms.model_validate_json(json.dumps(document)))


def as_document(terms: Terms) -> Document:
    """Terms as they are stored: defaults written out, so that a later default changes nothing that was signed."""
    return terms.model_dump(mode="json", by_alias=True)


TAG = "@"
"""How the tags of a kind's unions begin: pydantic puts them into the way to an error, the document has no such part."""


def field_errors(error: ValidationError) -> list[FieldError]:
    """What pydantic found, each with the way to it in the document (`criteria.all.0.value`)."""
    found: dict[tuple[str, str], FieldError] = {}
    for one in error.errors(include_url=False, include_input=False):
        *way, name = one["loc"] or ("terms",)
        where = ".".join(str(part) for part in (*(part for part in way if not str(part).startswith(TAG)), name))
        named = {"missing": "required", "extra_forbidden": "unknown_key"}
        code = named.get(one["type"], "invalid") if one["type"] in OF_TYPES else one["type"]
        found.setdefault((where, code), FieldError(where, code, _sentence(where, code, one["msg"])))
    return list(found.values())


def _sentence(where: str, code: str, message: str) -> str:
    name = where.rpartition(".")[2]
    if code == "required":
        return f"“{name}” is missing."
    if code == "unknown_key":
        return f"“{name}” is not known here."
    return message.removeprefix("Value error, ") + ("" if message.endswith(".") else ".")


def _invalid(errors: list[FieldError]) -> Refused:
    shown = "; ".join(f"{error.field}: {error.detail}" for error in errors[:5])
    more = f" (and {len(errors) - 5} more)" if len(errors) > 5 else ""
    return Refused("invalid_terms", f"These terms cannot be: {shown}{more}", errors)

"""Do the rows of a file say who or what they are about? Asked before a file of nothing known would come in as nameless leads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from alignment.refusals import FieldError, Refused
from leads.imports.kinds import Kind
from leads.imports.mapping.arranging import specs_of

WHO = ("external_id", "email", "phone", "full_name", "last_name", "first_name")
"""One of these says who a lead is."""

_TELLING = frozenset({*WHO, "name", "lead_external_id"})

NOBODY = (
    "No column says who a lead is: take one for its number in the other system, an e-mail address, a telephone number or a "
    "name; or say that something else is in the file."
)


def is_nameless(kind: Kind, document: Mapping[str, Any]) -> bool:
    """Whether nothing of the profile says who its leads are."""
    return kind.key == "leads" and not set(WHO) & set(specs_of(document))


def must_name(kind: Kind, document: object) -> None:
    """`Refused` where the profile would make leads that nobody can tell apart."""
    if isinstance(document, dict) and is_nameless(kind, document):
        raise Refused("nobody_named", NOBODY, [FieldError("fields", "nobody_named", NOBODY)])


def tells_kind(kind: Kind, fields: Collection[str]) -> bool:
    """Whether fields that were recognised speak for this kind: one says who or what a row is, or all that is needed is there."""
    known = set(fields)
    whole = bool(kind.needs_one_of) and all(known & set(group) for group in kind.needs_one_of)
    return whole or bool(known & _TELLING)

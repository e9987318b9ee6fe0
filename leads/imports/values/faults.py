"""Why can a value of a file not be used? Said by whatever reads values, kept with the row that is set aside."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

LONGEST_QUOTED = 120
NOTHING = frozenset({"-", "–", "—", "−"})
"""What stands in a column of numbers or dates where there is none."""
_YES = "true yes y 1 active on t ja j wahr oui vrai sí si sim vero verdadero verdadeiro aktiv actif activo attivo ativo"
_NO = "false no n 0 inactive off f nein falsch non faux não nao nee falso inaktiv inactif inactivo inattivo inativo"
YES = frozenset(_YES.split())
NO = frozenset(_NO.split())
_ERRORS = frozenset({"#N/A", "#NA", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})


@dataclass
class BadValue(Exception):
    """A value that cannot be read: a stable code, and a sentence for whoever made the file."""

    code: str
    reason: str

    def __str__(self) -> str:
        return self.reason


def quoted(text: str) -> str:
    """The text as a sentence quotes it: not longer than anyone reads."""
    return f"“{text if len(text) <= LONGEST_QUOTED else text[:LONGEST_QUOTED] + '…'}”"


def is_error_cell(text: str) -> bool:
    """Whether a spreadsheet wrote this where its formula failed."""
    return text.startswith("#") and text.upper() in _ERRORS


def failed_formula(text: str) -> BadValue:
    """What is said of such a cell where a date or a number belongs."""
    return BadValue("spreadsheet_error", f"{quoted(text)} is a spreadsheet's word for a formula that failed")


def read_yes_no(text: str) -> bool:
    """True or False as people and programs write it."""
    word = text.casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    words = "is neither yes nor no (true, false, yes, no, 1, 0, active, inactive)"
    raise BadValue("invalid_yes_no", f"{quoted(text)} {words}")


def read_object(text: str) -> dict[str, object]:
    """Attributes as one JSON object."""
    try:
        read = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadValue("invalid_json", f"{quoted(text)} is not JSON") from error
    if not isinstance(read, dict):
        raise BadValue("invalid_json", f'{quoted(text)} is JSON, but no object such as {{"size": "large"}}')
    return read


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


Reader = Callable[[str], object]
"""Reads one value of a column; raises `BadValue`."""

"""What may a JSON document look like? Not too deep, and such that the database can hold it. For bodies, profiles and stage sets."""

from __future__ import annotations

import json
import math

from alignment.refusals import Refused

MAX_DEPTH = 32
LARGEST = 2**63 - 1


def read_document(text: str, name: str, *, code: str) -> object:
    """The document in `text`, or `Refused` with `code`; `name` begins the sentence."""
    try:
        document: object = json.loads(text, parse_constant=no_constant)
    except RecursionError as error:
        raise Refused(code, f"{name} is nested deeper than {MAX_DEPTH} levels.") from error
    except ValueError as error:
        raise Refused(code, f"{name} is not JSON: {error}.") from error
    if depth_of(document) > MAX_DEPTH:
        raise Refused(code, f"{name} is nested deeper than {MAX_DEPTH} levels.")
    if why := unstorable(document):
        raise Refused(code, f"{name} {why}.")
    return document


def no_constant(name: str) -> float:
    """NaN and Infinity are no JSON, whatever the parser thinks of them."""
    raise ValueError(f"{name} is no JSON")


def depth_of(document: object) -> int:
    """How deeply a document is nested; a text or number is 0 deep."""
    depth, level = 0, [document]
    while level := [inner for outer in level for inner in _inside(outer)]:
        depth += 1
    return depth


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def unstorable(value: object) -> str | None:
    """Why the database could not hold this JSON value, in words; None if it can."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            waiting += item
        elif why := _unstorable_scalar(item):
            return why
    return None


def _unstorable_scalar(item: object) -> str | None:
    if isinstance(item, str) and ("\0" in item or any("\ud800" <= letter <= "\udfff" for letter in item)):
        return "contains characters that cannot be stored"
    if isinstance(item, int) and not isinstance(item, bool) and abs(item) > LARGEST:
        return "contains a number that is too large"
    if isinstance(item, float) and not math.isfinite(item):
        return "contains a number that is too large"
    return None

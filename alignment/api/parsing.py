"""What may a body look like? JSON that is not too large, not too deep, and that the database can hold."""

from __future__ import annotations

import json
import math
from typing import Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from alignment.refusals import Refused

MAX_DEPTH = 32
LARGEST = 2**63 - 1


class JsonBody(BaseParser):
    """`application/json`: refuses what is not JSON, is too large or is nested too deeply."""

    media_type = "application/json"

    def parse(self, stream: Any, *_media_type: Any, **_context: Any) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise Refused("too_large", f"The body is larger than {limit // 2**20} MB. Send it in parts.", status=413)
        try:
            document = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is not JSON: {error}.") from error
        if depth_of(document) > MAX_DEPTH:
            raise ParseError(f"The body is nested deeper than {MAX_DEPTH} levels.")
        return document


def _no_constant(name: str) -> float:
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

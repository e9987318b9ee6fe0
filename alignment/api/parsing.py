"""What may a body look like? JSON that is not too large, not too deep, and that the database can hold."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from alignment.documents import MAX_DEPTH, depth_of, no_constant
from alignment.refusals import Refused


class JsonBody(BaseParser):
    """`application/json`: refuses what is not JSON, is too large or is nested too deeply."""

    media_type = "application/json"

    def parse(self, stream: Any, *_media_type: Any, **_context: Any) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise Refused("too_large", f"The body is larger than {limit // 2**20} MB. Send it in parts.", status=413)
        try:
            document = json.loads(raw.decode("utf-8"), parse_constant=no_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is not JSON: {error}.") from error
        if depth_of(document) > MAX_DEPTH:
            raise ParseError(f"The body is nested deeper than {MAX_DEPTH} levels.")
        return document

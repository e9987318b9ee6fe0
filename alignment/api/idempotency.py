"""Was this very request carried out already? A repeated one gets the answer that the first one got.

The answer is stored in the transaction of the effect: either both are there or neither. A second request that
comes while the first still runs waits for it. Only what succeeded is kept; a refused request may be tried again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alignment.api.rendering import Json
from alignment.prepared import Call, execute, send
from alignment.refusals import Refused

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("Location", "ETag")
ALONE = "SELECT pg_advisory_xact_lock(%(number)s)"
"""One request at a time for each caller and key, until the transaction ends."""
KNOWN = """
WITH first AS (SELECT id FROM api_idempotencykey ORDER BY id LIMIT 20),
old AS (
    SELECT id FROM api_idempotencykey
    WHERE id = ANY(ARRAY(SELECT id FROM first)) AND created_at < now() - interval '24 hours'
    FOR UPDATE SKIP LOCKED
),
same AS (
    SELECT id FROM api_idempotencykey
    WHERE caller_id = %(caller)s AND key = %(key)s AND created_at < now() - interval '24 hours'
),
forgotten AS (DELETE FROM api_idempotencykey WHERE id = ANY(ARRAY(SELECT id FROM old UNION SELECT id FROM same)))
SELECT request_hash, status, headers::text, body FROM api_idempotencykey
WHERE caller_id = %(caller)s AND key = %(key)s AND created_at >= now() - interval '24 hours'
"""
"""The answer to this key, if there is one. Answers are kept for a day: an older one is dropped, and some of the oldest of all."""
KEEP = """
INSERT INTO api_idempotencykey (caller_id, key, request_hash, status, headers, body)
VALUES (%(caller)s, %(key)s, %(hash)s, %(status)s, %(headers)s, %(body)s)
"""
Handler = TypeVar("Handler", bound=Callable[..., Any])


def idempotent(handler: Handler) -> Handler:
    """Around a method of a view that creates: runs it in one transaction, at most once for each key of a caller."""

    @wraps(handler)
    def answer(view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key(request)
        if key is None:
            return _in_one_transaction(lambda: handler(view, request, *args, **kwargs))
        asked, caller = request_hash(request), int(str(request.user.pk))

        def once() -> HttpResponse:
            known = _known(caller, key)
            if known is not None:
                return _again(known, asked)
            return _keep(handler(view, request, *args, **kwargs), caller, key, asked)

        return _in_one_transaction(once)

    return answer  # type: ignore[return-value]


def _in_one_transaction(work: Callable[[], HttpResponse]) -> HttpResponse:
    """What a refusal leaves standing is kept; any other takes everything back."""
    with transaction.atomic():
        try:
            return work()
        except Refused as refused:
            if not refused.stands:
                raise
            refusal = refused
    raise refusal


def _key(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not (1 <= len(key) <= 255 and key.isprintable()):
        raise ValidationError({HEADER: "An idempotency key is a text of 1 to 255 printable characters."})
    return key


def request_hash(request: Request) -> str:
    """What was asked, whatever the order of its fields: method, path and body, files by their content."""
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    fields = {name: request.data.getlist(name) for name in request.data} if hasattr(request.data, "getlist") else None
    if fields is None:
        digest.update(json.dumps(request.data, sort_keys=True).encode())
        return digest.hexdigest()
    for name in sorted(fields):
        for value in fields[name]:
            digest.update(f"{name}\n".encode())
            digest.update(_content(value) if isinstance(value, UploadedFile) else str(value).encode())
    return digest.hexdigest()


def _content(file: UploadedFile[Any]) -> bytes:
    digest = hashlib.sha256(f"{file.name}\n".encode())
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.digest()


@dataclass(frozen=True)
class _Known:
    """What was asked under a key, and answered."""

    request_hash: str
    status: int
    headers: dict[str, str]
    body: str


def _known(caller: int, key: str) -> _Known | None:
    """Looked for when whoever uses the same key is through: the second statement sees what the first one waited for."""
    number = int.from_bytes(hashlib.sha256(f"{caller}:{key}".encode()).digest()[:8], "big", signed=True)
    values: dict[str, Any] = {"number": number, "caller": caller, "key": key}
    with connection.cursor() as cursor:
        send(cursor, [Call(ALONE, values), Call(KNOWN, values)])
        row = cursor.fetchone()
    if row is None:
        return None
    request_hash, status, headers, body = row
    return _Known(request_hash, status, orjson.loads(headers), body)


def _again(known: _Known, asked: str) -> HttpResponse:
    if known.request_hash != asked:
        raise Refused(
            "idempotency_mismatch", f"This {HEADER} was used for another request. Take a new one.", status=422
        )
    return _json(known.body, known.status, {**known.headers, "Idempotent-Replayed": "true"})


def _keep(response: Response, caller: int, key: str, asked: str) -> HttpResponse:
    body = Json().render(response.data).decode()
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    values: dict[str, Any] = {"caller": caller, "key": key, "hash": asked, "status": response.status_code, "body": body}
    with connection.cursor() as cursor:
        execute(cursor, KEEP, {**values, "headers": orjson.dumps(headers).decode()})
    return _json(body, response.status_code, headers)


def _json(body: str, status: int, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)

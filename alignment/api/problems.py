"""What does the API answer when something is wrong? Always one shape: a problem document (RFC 9457).

`problem_response` is the exception handler of every endpoint; whatever was raised comes out as
`application/problem+json` with `type`, `title`, `status`, `detail`, `code` and `errors`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.views import set_rollback

from alignment.api.conflicts import conflict_of
from alignment.refusals import FieldError, Refused

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
WHOLE_BODY = ""
"""The `field` of an error that concerns the body as a whole."""

CODES = {
    "max_length": "too_long",
    "null_characters_not_allowed": "invalid_characters",
    "surrogate_characters_not_allowed": "invalid_characters",
    "blank": "required",
    "null": "required",
}
"""Names of the serializers' own codes in the words that imports use for the same fault."""


def problem_response(error: Exception, context: Mapping[str, Any]) -> JsonResponse:
    """The answer to any exception; what nobody foresaw is logged here and says nothing of the inside."""
    set_rollback()
    refused = refusal_of(error)
    if refused is None:
        view = type(context.get("view")).__name__
        log.error("Unexpected error in %s", view, exc_info=error)
        refused = Refused("unexpected", "Something went wrong on our side; it has been noted.", status=500)
    return JsonResponse(problem(refused), status=refused.status, headers=_headers(error), content_type=CONTENT_TYPE)


def problem(refused: Refused) -> dict[str, Any]:
    """The document."""
    return {
        "type": f"urn:alignment:problem:{refused.code}",
        "title": HTTPStatus(refused.status).phrase,
        "status": refused.status,
        "detail": refused.detail,
        "code": refused.code,
        "errors": [{"field": error.field, "code": error.code, "detail": error.detail} for error in refused.errors],
    }


def refusal_of(error: Exception) -> Refused | None:
    """The exception as a refusal, or None for one that nobody foresaw."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error)
    if isinstance(error, exceptions.APIException):
        return Refused(_code(error), _sentence(error), status=error.status_code)
    if isinstance(error, Http404):
        return Refused("not_found", "There is nothing here, or nothing that you may see.", status=404)
    if isinstance(error, PermissionDenied):
        return Refused("forbidden", "You may not do this.", status=403)
    if isinstance(error, SuspiciousOperation):
        return _refusal_of_request(error)
    return _refusal_of_database(error)


def _refusal_of_request(error: SuspiciousOperation) -> Refused:
    """What Django would not even read."""
    if isinstance(error, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return Refused("too_large", "The request is too large, or has too many fields or files.", status=413)
    return Refused("invalid_request", "The request cannot be read as it is.")


def _refusal_of_database(error: Exception) -> Refused | None:
    if isinstance(error, IntegrityError):
        return conflict_of(error)
    if isinstance(error, DataError):
        return Refused("invalid_value", "A value is too large or of the wrong kind for its field.")
    if isinstance(error, OperationalError):
        return Refused("try_again", "The database could not do this right now. Try again in a moment.", status=503)
    return None


def _code(error: exceptions.APIException) -> str:
    codes = {
        exceptions.NotFound: "not_found",
        exceptions.PermissionDenied: "forbidden",
        exceptions.ParseError: "invalid_json",
        exceptions.Throttled: "too_many_requests",
    }
    given = error.get_codes()
    default = error.default_code
    return codes.get(type(error), default) if given == default and isinstance(given, str) else str(given)


def _sentence(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.NotFound):
        return "There is nothing here, or nothing that you may see."
    if isinstance(error, exceptions.Throttled):
        return f"Too many requests. Try again in {int(getattr(error, 'wait', None) or 1)} seconds."
    return str(error.detail)


def _invalid(error: exceptions.ValidationError) -> Refused:
    errors = list(flat_errors(error.detail))
    first = errors[0] if errors else FieldError(WHOLE_BODY, "invalid", "The request is not valid.")
    detail = f"{first.field}: {first.detail}" if first.field else first.detail
    if len(errors) > 1:
        detail = f"{len(errors)} fields are wrong. {detail}"
    code = first.code if len(errors) == 1 and first.field == WHOLE_BODY else "invalid_fields"
    return Refused(code, detail, errors)


def flat_errors(detail: Any, path: str = "") -> Iterator[FieldError]:
    """The errors of a serializer as a list; a field inside another is written `consents.marketing`, `items.3.email`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from flat_errors(inner, path if name == "non_field_errors" else f"{path}.{name}".lstrip("."))
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for index, inner in enumerate(detail):
            nested = not isinstance(inner, str)
            yield from flat_errors(inner, f"{path}.{index}".lstrip(".") if nested and len(detail) > 1 else path)
    else:
        code = getattr(detail, "code", "invalid")
        yield FieldError(path or WHOLE_BODY, CODES.get(code, code), str(detail))


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    wait = getattr(error, "wait", None)
    if wait is not None or isinstance(error, OperationalError):
        headers["Retry-After"] = str(max(1, int(wait or 1)))
    return headers

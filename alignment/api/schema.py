"""How does the description of the API (OpenAPI) speak of what all endpoints share: keys, problems, idempotency?"""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer KEY`."""

    target_class = "alignment.people.api_keys.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, _auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key made with `manage.py api_key` or by an operator.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session of a signed-in person."""

    target_class = "alignment.people.api_keys.BrowserSession"
    name = "session"

    def get_security_definition(self, _auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class FieldProblem(serializers.Serializer[Any]):
    """One wrong field."""

    field = serializers.CharField(help_text="Dotted where it lies inside another; empty for the body as a whole.")
    code = serializers.CharField(help_text="Stable.")
    detail = serializers.CharField(help_text="What to do about it.")


class Problem(serializers.Serializer[Any]):
    """What went wrong, as RFC 9457 has it."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="Stable.")
    errors = FieldProblem(many=True)  # type: ignore[assignment]


IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key and body gives the same answer, however often it is sent.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag last seen: where the object was changed meanwhile, 412 and nothing is changed.",
)


OUT_OF_SIGHT = OpenApiResponse(description="It is changed, and out of the caller's sight from now on.")


class Described(AutoSchema):
    """Adds to every operation what all of them have: the problem answer, and the headers of their method."""

    def get_override_parameters(self) -> list[Any]:
        headers = {"POST": [IDEMPOTENCY], "PATCH": [IF_MATCH]}.get(self.method, [])
        return [*super().get_override_parameters(), *headers]

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        schema = self.resolve_serializer(Problem(), "response").ref
        bodies["default"] = {
            "description": "What is wrong.",
            "content": {"application/problem+json": {"schema": schema}},
        }
        return bodies

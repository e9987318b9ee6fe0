"""`/api/v1/agreements/in-force` and `/kinds`: what was agreed at an instant, and what can be agreed at all."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alignment.agreements.answers import answer
from alignment.agreements.api.access import ReadersOnly
from alignment.agreements.api.documents import InForceShown, KindsShown
from alignment.agreements.dates import read_instant
from alignment.agreements.kinds import ONLY_KEY, Kind, kinds
from alignment.agreements.terms import as_document
from alignment.clock import now

ASKED = ("kind", "key", "at")


class InForce(APIView):
    """What is in force."""

    permission_classes = (ReadersOnly,)
    metadata_class = None

    @extend_schema(
        operation_id="agreements_in_force",
        parameters=[
            OpenApiParameter("kind", OpenApiTypes.STR, required=True, description="Which kind."),
            OpenApiParameter("key", OpenApiTypes.STR, description=f"“{ONLY_KEY}” where there is one of the kind."),
            OpenApiParameter("at", OpenApiTypes.STR, description="A date or an instant; now by default."),
        ],
        responses={200: InForceShown},
    )
    def get(self, request: Request) -> Response:
        """What is in force at an instant, past or to come; `version` null says that nothing is."""
        asked = request.query_params
        for name in asked:
            if name not in ASKED and name != "format":
                sentence = f"There is no option of this name; there are {', '.join(ASKED)}."
                raise ValidationError({name: sentence}, code="unknown_filter")
        if not asked.get("kind"):
            raise ValidationError({"kind": "Say which kind of agreement."}, code="required")
        at = read_instant(asked["at"].replace(" ", "+"), field="at") if asked.get("at") else now()
        return Response(answer(asked["kind"], asked.get("key") or ONLY_KEY, at=at).document())


class Kinds(APIView):
    """What can be agreed."""

    permission_classes = (ReadersOnly,)
    metadata_class = None

    @extend_schema(operation_id="agreements_kinds", responses={200: KindsShown})
    def get(self, _request: Request) -> Response:
        """Every kind, with the JSON Schema of its terms and terms to begin with."""
        return Response({"results": [described(kind) for kind in kinds()]})


def described(kind: Kind[Any]) -> dict[str, Any]:
    """A kind as JSON."""
    keys = list(kind.keys())
    return {
        "kind": kind.key,
        "title": kind.title,
        "sentence": kind.sentence,
        "sides": list(kind.sides),
        "keys": keys,
        "schema": kind.schema,
        "terms_schema": kind.terms.model_json_schema(by_alias=True),
        "starting": as_document(kind.starting(keys[0])) if keys else None,
        "has_backtest": kind.backtest is not None,
    }

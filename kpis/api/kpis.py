"""`/api/v1/kpis`: the KPIs that both sides agreed, and how they stand; for those who may read agreements."""

from __future__ import annotations

from typing import cast

from django.http import Http404
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alignment.agreements.entitlement import may_read
from alignment.clock import now
from alignment.people.models import User
from alignment.replica.router import from_replica
from kpis.agreed.documents import OPTIONS, document, read_options, scorecard_document
from kpis.agreed.reading import find_kpi
from kpis.agreed.scorecard import one_row

PARAMETERS = [OpenApiParameter(name, OpenApiTypes.STR) for name in OPTIONS]


def reader(request: Request) -> User:
    """Who asks; for whom there are no agreements there are no KPIs."""
    user = cast("User", request.user)
    if not may_read(user):
        raise Http404
    return user


class Kpis(APIView):
    """All that are in force."""

    metadata_class = None

    @extend_schema(operation_id="kpis_list", parameters=PARAMETERS, responses={200: OpenApiTypes.OBJECT})
    @method_decorator(from_replica)
    def get(self, request: Request) -> Response:
        """The report `scorecard`."""
        user = reader(request)
        options = {name: values for name, values in request.query_params.lists() if name != "format"}
        return Response(scorecard_document(options, user, now()))


class OneKpi(APIView):
    """One of them."""

    metadata_class = None

    @extend_schema(
        parameters=[OpenApiParameter("key", OpenApiTypes.STR, "path"), *PARAMETERS[:1]],
        responses={200: OpenApiTypes.OBJECT},
    )
    @method_decorator(from_replica)
    def get(self, request: Request, key: str) -> Response:
        """The same about one KPI."""
        user = reader(request)
        options = {name: values for name, values in request.query_params.lists() if name != "format"}
        at, _side = read_options(options, now())
        return Response(document(one_row(find_kpi(key, at), now=at, user=user)))

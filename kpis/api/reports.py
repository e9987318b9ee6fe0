"""`/api/v1/reports/{key}`: any report, as the command prints it, over the leads that the caller may see."""

from __future__ import annotations

from typing import cast

from django.http import Http404
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alignment.clock import now
from alignment.people.models import User
from alignment.replica.router import from_replica
from kpis.reports.params import OPTIONS, REPEATED, read_params
from kpis.reports.registry import KEPT, REPORTS

PARAMETERS = [OpenApiParameter(name, OpenApiTypes.STR, many=name in REPEATED) for name in OPTIONS] + [
    OpenApiParameter(name, OpenApiTypes.STR) for report in KEPT.values() for name in report.options
]

MOST_LISTED = 500
"""How many lines a report that lists gives at once, unless asked for more."""


class Reports(APIView):
    """One question, answered for what the caller may see."""

    metadata_class = None

    @extend_schema(
        parameters=[OpenApiParameter("key", OpenApiTypes.STR, "path", enum=sorted([*REPORTS, *KEPT])), *PARAMETERS],
        responses={200: OpenApiTypes.OBJECT},
    )
    @method_decorator(from_replica)
    def get(self, request: Request, key: str) -> Response:
        """The command's options, with underscores for dashes; `by` and `where` may be repeated. `backtest` gives what is kept."""
        options = {name: values for name, values in request.query_params.lists() if name != "format"}
        if key in KEPT:
            return Response(KEPT[key].read(options, cast("User", request.user), now()))
        report = REPORTS.get(key)
        if report is None:
            raise Http404
        options.setdefault("limit", [str(MOST_LISTED)])
        return Response(report.run(read_params(options, now=now()), cast("User", request.user)))

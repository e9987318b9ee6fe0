"""`/api/v1/metrics`: the catalogue, a metric's values by period and group, and the lines that add up to them.

Everything is over what the caller may see.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alignment.clock import now
from alignment.people.models import User
from alignment.people.selectors import reporting_currency
from alignment.refusals import FieldError, Refused
from alignment.replica.router import from_replica
from kpis.metrics.behind import lines_behind, opening
from kpis.metrics.by_period import LIVE, read_grain, values_by_period
from kpis.metrics.catalogue import catalogue, find
from kpis.metrics.documents import groups_document, line_document, metric_document, period_document
from kpis.metrics.evaluating import evaluate
from kpis.metrics.periods import Grain
from kpis.reports.behind import After
from kpis.reports.params import REPEATED, ReportParams, read_params, rfc3339
from leads.funnel.stage_sets import stage_set

ASKED_BY = ("start", "end", "by", "where", "window_days", "timezone", "as_of", "known_at", "system")
ASKED = [OpenApiParameter(name, OpenApiTypes.STR, many=name in REPEATED) for name in ASKED_BY]
KEY = OpenApiParameter("key", OpenApiTypes.STR, "path")
MOST_LINES = 500


class Metrics(APIView):
    """What is measured."""

    metadata_class = None

    @extend_schema(operation_id="metrics_catalogue", responses={200: OpenApiTypes.OBJECT})
    @method_decorator(from_replica)
    def get(self, request: Request) -> Response:
        """Every metric with its definition, in the order of the catalogue."""
        there = catalogue(stage_set())
        return Response({"metrics": [metric_document(metric, there) for metric in there.values()]})


class OneMetric(APIView):
    """What it comes to."""

    metadata_class = None

    @extend_schema(
        parameters=[KEY, *ASKED, OpenApiParameter("grain", OpenApiTypes.STR, enum=[grain.value for grain in Grain])],
        responses={200: OpenApiTypes.OBJECT},
    )
    @method_decorator(from_replica)
    def get(self, request: Request, key: str) -> Response:
        """Its values in [start, end), or with `grain` in each whole period that these days touch."""
        params, extra = _asked(request, "grain")
        grain, user, currency = read_grain(extra["grain"]), cast("User", request.user), reporting_currency()
        there = catalogue(params.stages)
        metric = find(key, there)
        document: dict[str, Any] = {**params.heading(), "metric": metric_document(metric, there), "currency": currency}
        if grain is None:
            values = {group: found[key] for group, found in evaluate([key], params, user).items()}
            return Response({**document, "source": LIVE, "groups": groups_document(values, params, metric, currency)})
        answer = values_by_period(key, params, user, grain=grain, windowed=metric.windowed)
        return Response(
            {
                **document,
                "computed_at": rfc3339(answer.computed_at),
                "grain": grain.value,
                "source": answer.source,
                "periods": [period_document(one, params, metric, currency) for one in answer.periods],
            }
        )


class MetricLines(APIView):
    """What is behind it."""

    metadata_class = None

    @extend_schema(
        parameters=[
            KEY,
            *ASKED,
            OpenApiParameter("part", OpenApiTypes.STR, enum=["all", "over", "minus", "under"]),
            OpenApiParameter("limit", OpenApiTypes.INT),
            OpenApiParameter("cursor", OpenApiTypes.STR),
        ],
        responses={200: OpenApiTypes.OBJECT},
    )
    @method_decorator(from_replica)
    def get(self, request: Request, key: str) -> Response:
        """The lines behind the value, earliest first; `next` is the cursor for those that follow."""
        params, extra = _asked(request, "part")
        there = catalogue(params.stages)
        find(key, there)
        one, limit = opening(key, extra["part"], there), params.limit or MOST_LINES
        found = lines_behind(
            key, params, cast("User", request.user), part=one.part, after=_after(params.cursor), limit=limit + 1
        )
        shown, currency = found[:limit], reporting_currency()
        return Response(
            {
                **params.heading(),
                "part": one.part,
                "measure": one.measure,
                "unit": one.unit.value,
                "adds_up": one.adds_up,
                "lines": [line_document(line, one, currency) for line in shown],
                "next": _cursor(shown[-1].key) if len(found) > limit else None,
            }
        )


def _asked(request: Request, *names: str) -> tuple[ReportParams, Mapping[str, str | None]]:
    """The question, and what else is asked beside it."""
    options = {name: values for name, values in request.query_params.lists() if name not in ("format", *names)}
    return read_params(options, now=now()), {name: request.query_params.get(name) for name in names}


def _cursor(place: After) -> str:
    return base64.urlsafe_b64encode(f"{place.at.isoformat()} {place.id}".encode()).decode()


def _after(cursor: str | None) -> After | None:
    if cursor is None:
        return None
    try:
        at, _, line = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        return After(datetime.fromisoformat(at), int(line))
    except (ValueError, binascii.Error) as error:
        detail = "This is not a cursor that we gave out; start from the beginning."
        raise Refused("invalid_cursor", detail, [FieldError("cursor", "invalid_cursor", detail)]) from error

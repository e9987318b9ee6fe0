"""The description of the API, as a document and as a page to try it out; and the answer of addresses not there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Schema(SpectacularAPIView):
    """`GET /api/v1/schema/`."""

    permission_classes = (IsAuthenticated,)


class Docs(SpectacularSwaggerSplitView):
    """`GET /api/v1/docs/`: Swagger, all of it from here."""

    template_name = "api/docs.html"
    permission_classes = (IsAuthenticated,)


class Nothing(APIView):
    """Any address that is not there."""

    metadata_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404

    def get(self, _request: Request) -> Response:
        """Never reached."""
        raise Http404

    post = put = patch = delete = get


@csrf_exempt
def elsewhere(request: HttpRequest, **_kwargs: str) -> HttpResponse:
    """The same address with or without its last slash, if that one is there; else a problem, 404."""
    path = request.path_info
    other = path.rstrip("/") if path.endswith("/") else f"{path}/"
    try:
        match = resolve(other)
    except Resolver404:
        match = None
    if match is None or match.func is elsewhere:
        return Nothing.as_view()(request)
    return match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]

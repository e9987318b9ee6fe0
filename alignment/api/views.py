"""What have all endpoints in common? A list is a page of what the caller may see; what they may not see is not there.

Each app writes its endpoints as viewsets over these, and names `visible`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework import mixins
from rest_framework.exceptions import APIException, NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from alignment.api.cursors import KeysetPagination, order_of
from alignment.api.filters import NamedFilters
from alignment.api.forms import JsonOrFile, wants_csv
from alignment.api.lists import Lean, documents_of, rows_of
from alignment.api.versions import etag
from alignment.outcome import RowResult
from alignment.ui.exports import Export, send
from alignment.ui.exports.sending import BUSY, COME_BACK

if TYPE_CHECKING:
    from alignment.people.models import User


class Busy(APIException):
    """No place for one more file right now: 503 with `Retry-After`."""

    status_code = 503
    default_code = "busy"
    default_detail = BUSY
    wait = COME_BACK


class Collection(mixins.ListModelMixin, GenericViewSet[Any]):
    """`GET /things` and, with `retrieve` in the route, `GET /things/{id}`.

    `orders` is what `order` may be, the first by default. An object with a `version` answers with its `ETag`.
    `about_oneself`: changes here concern nobody but the caller, so that who may only read may make them too.
    """

    pagination_class: type[BasePagination] | None = KeysetPagination
    filter_backends: Sequence[Any] = (NamedFilters,)
    content_negotiation_class: type[BaseContentNegotiation] = JsonOrFile
    metadata_class = None
    orders: Sequence[str] = ("id", "-id")
    about_oneself = False
    queryset: QuerySet[Any]

    @property
    def person(self) -> User:
        """Who asks; signed in, as the permission has seen to."""
        return cast("User", self.request.user)

    def visible(self) -> QuerySet[Any]:
        """What the caller may see, ready to be shown."""
        raise NotImplementedError

    def as_file(self, rows: QuerySet[Any]) -> Export | None:
        """These rows as a file, where this list has one: for who accepts `text/csv`, or says `format=csv`."""
        return None

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if not wants_csv(request):
            return self._page(request) if self._is_lean() else super().list(request, *args, **kwargs)
        order = order_of(request, self.orders)
        ties = () if order.lstrip("-") == "id" else ("-id" if order.startswith("-") else "id",)
        found = self.as_file(self.filter_queryset(self.get_queryset()).order_by(order, *ties))
        if found is None:
            raise NotAcceptable
        answer = send(found, "csv", by=str(self.person), mark=False)
        if answer.status_code == Busy.status_code:
            raise Busy
        return answer  # type: ignore[return-value]  # what streams

    def _is_lean(self) -> bool:
        return isinstance(self.serializer_class, type) and issubclass(self.serializer_class, Lean)

    def _page(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(documents_of(rows or [], self.serializer_class, self.person))

    def read_page(self, page: QuerySet[Any]) -> Sequence[Any]:
        """The rows of a page: as columns where that is enough."""
        if not self._is_lean():
            return list(page)
        return rows_of(page, self.serializer_class, tuple(order.lstrip("-") for order in self.orders))

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        return self.visible()

    def found(self, pk: int) -> Any:
        """The object of that id, or 404: whether it does not exist or the caller may not see it."""
        item = self.get_queryset().filter(pk=pk).first()
        if item is None:
            raise Http404
        return item

    def retrieve(self, _request: Request, pk: int) -> Response:
        return self.shown(pk)

    def shown(self, pk: int, *, status: int = 200) -> Response:
        """The object as it now is."""
        lean = self._shown_lean(pk, status)
        if lean is not None:
            return lean
        item = self.found(pk)
        return Response(self.get_serializer(item).data, status=status, headers=headers_of(item))

    def shown_or_gone(self, pk: int, *, status: int = 200) -> Response:
        """The object as it now is; 204 where the change took it out of the caller's sight."""
        lean = self._shown_lean(pk, status)
        if lean is not None:
            return lean
        return self.shown(pk, status=status) if self.get_queryset().filter(pk=pk).exists() else Response(status=204)

    def _shown_lean(self, pk: int, status: int) -> Response | None:
        """The object without making one of it; None where it is not there, or is shown in no such way."""
        if not self._is_lean():
            return None
        for row in rows_of(self.get_queryset().filter(pk=pk).order_by(), self.serializer_class, one=True):
            [document] = documents_of([row], self.serializer_class, self.person)
            return Response(document, status=status, headers=tag_of(document.get("version")))
        return None

    def made(self, result: RowResult) -> Response:
        """What a writer made, with 201 and its address, or brought up to date, with 200."""
        pk = cast("int", result.id)
        if result.status != "created":
            return self.shown_or_gone(pk)
        answer = self.shown_or_gone(pk, status=201)
        answer["Location"] = f"{self.request.build_absolute_uri(self.request.path.rstrip('/'))}/{pk}"
        return answer


def headers_of(item: Model) -> dict[str, str]:
    """`ETag` of what has a version."""
    return tag_of(getattr(item, "version", None))


def tag_of(version: int | None) -> dict[str, str]:
    """The same of a version; none without one."""
    return {} if version is None else {"ETag": etag(version)}

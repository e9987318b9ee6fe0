"""What have all endpoints in common? A list is a page of what the caller may see; what they may not see is not there.

Each app writes its endpoints as viewsets over these, and names `visible`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from alignment.api.cursors import KeysetPagination
from alignment.api.filters import NamedFilters
from alignment.api.versions import etag


class Collection(mixins.ListModelMixin, GenericViewSet[Any]):
    """`GET /things` and, with `retrieve` in the route, `GET /things/{id}`.

    `orders` is what `order` may be, the first by default. An object with a `version` answers with its `ETag`.
    """

    pagination_class = KeysetPagination
    filter_backends = (NamedFilters,)
    metadata_class = None
    orders: Sequence[str] = ("id", "-id")
    queryset: QuerySet[Any]

    def visible(self) -> QuerySet[Any]:
        """What the caller may see, ready to be shown."""
        raise NotImplementedError

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
        item = self.found(pk)
        return Response(self.get_serializer(item).data, status=status, headers=headers_of(item))


def headers_of(item: Model) -> dict[str, str]:
    """`ETag` of what has a version."""
    version = getattr(item, "version", None)
    return {} if version is None else {"ETag": etag(version)}

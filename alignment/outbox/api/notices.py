"""`/api/v1/notices`: what the caller was told, and what of it they read. Nobody sees another's."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.filters import RANGE, Filters
from alignment.api.idempotency import idempotent
from alignment.api.views import Collection
from alignment.clock import now
from alignment.outbox.models import Notice
from alignment.outbox.reading import mark_read
from alignment.outbox.selectors import notices_of


class NoticeDocument(serializers.ModelSerializer[Notice]):
    """One thing that the caller was told."""

    class Meta:
        model = Notice
        fields = ("id", "key", "title", "text", "path", "created_at", "read_at")
        read_only_fields = fields
        extra_kwargs = {
            "key": {"help_text": "The occasion; each is told once."},
            "read_at": {"help_text": "Null: unread."},
        }


class NoticeFilters(Filters):
    """`unread`, `key`, `created_at`."""

    unread = filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")
    key = filters.CharFilter()

    class Meta(Filters.Meta):
        model = Notice
        fields = {"created_at": RANGE}


class Notices(Collection):
    """What the caller was told, the newest first."""

    queryset = Notice.objects.all()
    serializer_class = NoticeDocument
    filterset_class = NoticeFilters
    orders = ("-id", "id")
    about_oneself = True

    def visible(self) -> QuerySet[Notice]:
        return notices_of(self.person.pk)

    @extend_schema(request=None, responses={200: NoticeDocument})
    @idempotent
    def read(self, _request: Request, pk: int) -> Response:
        """Mark a notice as read; it stays read."""
        mark_read(self.found(pk), now=now())
        return self.shown(pk)

"""By what can a list be narrowed? Filters are named after the fields; one that is not there is refused, not ignored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError as InvalidRequest
from rest_framework.request import Request
from rest_framework.views import APIView

from alignment.api.cursors import PARAMETERS
from alignment.timezones import of_our_time

RANGE = ("exact", "gte", "gt", "lte", "lt")
"""How an instant is compared: `at`, `at__gte`, `at__gt`, `at__lte`, `at__lt`."""


class MomentField(forms.CharField):
    """An instant as RFC 3339 has it, or a date, which is 00:00 UTC."""

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            if len(text) == 10:
                return datetime.combine(of_our_time(date.fromisoformat(text)), time.min, UTC)
            moment = of_our_time(datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text))
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            sentence = "“%(value)s” is not an instant; write 2024-01-31T09:30:00Z or 2024-01-31."
            raise ValidationError(sentence, code="invalid_date", params={"value": text[:50]}) from error


class MomentFilter(filters.IsoDateTimeFilter):  # type: ignore[misc]
    """Compares with an instant."""

    field_class = MomentField


class IdFilter(filters.NumberFilter):  # type: ignore[misc]
    """A whole number that an id can be."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"min_value": 0, "max_value": 2**63 - 1, **kwargs})

    def get_max_validator(self) -> None:
        """The bound is given above."""


class Filters(filters.FilterSet):  # type: ignore[misc]
    """The base of every list's filters: instants compare as instants, texts exactly.

    Of a request's filters only those that it names are made: to copy all thirty takes longer than to find the page.
    """

    class Meta:
        filter_overrides = {
            models.DateTimeField: {"filter_class": MomentFilter},
            models.BigIntegerField: {"filter_class": IdFilter},
        }

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        if data is not None:
            every: Mapping[str, Any] = getattr(self, "base_filters")  # noqa: B009  # made by the class's maker
            self.base_filters = {name: one for name, one in every.items() if name in data}
        super().__init__(data, *args, **kwargs)


class NamedFilters(filters.DjangoFilterBackend):  # type: ignore[misc]
    """The filter backend of every list."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filters_of_list = self.get_filterset_class(view, queryset)
        known = set(filters_of_list.base_filters) if filters_of_list is not None else set()
        for name in request.query_params:
            if name not in known and name not in PARAMETERS and name != "format":
                words = ", ".join(sorted(known)) or "none"
                raise InvalidRequest(
                    {name: f"There is no filter of this name; there are {words}."}, code="unknown_filter"
                )
        return super().filter_queryset(request, queryset, view)  # type: ignore[no-any-return]

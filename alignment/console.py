"""How does the operators' console (/admin/) behave? Everything can be found and read; what changes goes through services.

Each app declares its tables over `Table`. Nobody edits rows here: the logs and what is derived from them have one
writer each, and so has everything else. An action hands the chosen rows to a service, one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from unfold.admin import ModelAdmin

from alignment.refusals import Refused

if TYPE_CHECKING:
    from alignment.people.models import User

ADDRESS = "/admin/"
POLICY = {"script-src": [SELF, "'unsafe-eval'"], "style-src": [SELF, "'unsafe-inline'"]}
"""What the console's own scripts need beyond the product's policy; nowhere else."""

COUNTED_UP_TO = 10_000


class Operated(HttpRequest):
    """A request that has come as far as the console."""

    user: User


class ConsolePolicy:
    """Widens the content security policy on the console's addresses only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.elsewhere = get_response
        self.console = csp_update(POLICY)(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return (self.console if request.path.startswith(ADDRESS) else self.elsewhere)(request)


def sign_in(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """Who is not signed in goes to the product's own form; for anybody but operators there is no console."""
    if request.user.is_authenticated:
        raise Http404
    return redirect_to_login(request.get_full_path())


class RoughPages(Paginator):  # type: ignore[type-arg]
    """Pages without counting a large table: its size as the database remembers it, or "more than ten thousand"."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        found = rows.order_by()[: COUNTED_UP_TO + 1].count()
        if found <= COUNTED_UP_TO or rows.query.where:
            return found
        return max(found, _remembered_size(rows.model))


def _remembered_size(model: type[Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
        return int(cursor.fetchone()[0])


class Table(ModelAdmin):  # type: ignore[misc]
    """A table to search and read."""

    paginator = RoughPages
    show_full_result_count = False
    list_per_page = 50
    search_fields: ClassVar[tuple[str, ...]] = ("=id",)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def hand_over(request: HttpRequest, rows: QuerySet[Any], service: Callable[[Any], object], done: str) -> None:
    """Give each chosen row to a service, and say what became of it; a refusal leaves the others alone."""
    count = 0
    for row in rows:
        try:
            service(row)
        except Refused as refused:
            messages.error(request, f"{row}: {refused.detail}")
        else:
            count += 1
    if count:
        messages.success(request, f"{count} {done}.")


def install() -> None:
    """Make the console ask for the product's own sign-in, and show no tables that the product does not use."""
    admin.site.index_title = "Every table"
    admin.site.unregister(Group)
    admin.site.login = sign_in  # type: ignore[method-assign]

"""`/api/v1/imports`: send a file, watch it, stop it, answer it, get what was set aside, send it corrected, take it all back."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.forms import JsonOrFile
from alignment.api.idempotency import idempotent
from alignment.api.views import Collection
from alignment.clock import now
from alignment.people.models import User
from leads.api.filters import ImportFilters
from leads.api.import_documents import ImportBody, ImportQueued, ImportShown
from leads.imports import service
from leads.imports.models import Import
from leads.imports.profiles.named import find_profile
from leads.imports.repairs.error_file import error_lines
from leads.imports.summary import describe
from leads.imports.tasks import hurry_next, run_import
from leads.selectors.imports import imports_visible_to


def hurry(import_id: int) -> None:
    """Tell a worker once it is written; if that fails, the sweep finds the import."""
    transaction.on_commit(partial(run_import.delay, import_id), robust=True)


def must_import(person: User) -> None:
    """403 for who may not import."""
    if not service.may_import(person):
        raise PermissionDenied("Only people who see every lead and may write can import.")


def queued(request: Request, import_: Import, path: str) -> Response:
    """Where to watch it."""
    url = request.build_absolute_uri(path)
    return Response({"id": import_.pk, "state": import_.state, "url": url}, status=202, headers={"Location": url})


class Imports(Collection):
    """Imports, latest first."""

    queryset = Import.objects.all()
    serializer_class = ImportShown
    filterset_class = ImportFilters
    parser_classes = (MultiPartParser, FormParser)
    orders = ("-id", "id")

    def visible(self) -> QuerySet[Import]:
        return imports_visible_to(self.person)

    @extend_schema(request={"multipart/form-data": ImportBody}, responses={202: ImportQueued})
    @idempotent
    def create(self, request: Request) -> Response:
        """Queue a file; watch `url` until its state is done, failed or needs_answer."""
        must_import(self.person)
        body = ImportBody(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        named = find_profile(asked["profile"])
        import_ = service.start_import(
            kind=asked["kind"],
            file=asked["file"].file,
            file_name=asked["file"].name or "file",
            profile=named.document,
            profile_name=named.name,
            now=now(),
            actor=self.person,
            dry_run=asked["dry_run"],
        )
        hurry(import_.pk)
        return queued(request, import_, f"{request.path.rstrip('/')}/{import_.pk}")

    @extend_schema(request=None, responses={200: ImportShown})
    @idempotent
    def undo(self, request: Request, pk: int) -> Response:
        """Take out what the import wrote; what was touched since is spared and listed."""
        self.found(pk)
        must_import(self.person)
        return Response(describe(service.undo(pk, now=now(), actor=self.person)))

    @extend_schema(request=None, responses={200: ImportShown})
    @idempotent
    def stop(self, request: Request, pk: int) -> Response:
        """Let the import go no further; what is in stays until it is resumed or undone."""
        self.found(pk)
        must_import(self.person)
        stopped = service.stop(pk, now=now(), actor=self.person)
        transaction.on_commit(hurry_next, robust=True)
        return Response(describe(stopped))

    @extend_schema(request=None, responses={202: ImportQueued})
    @idempotent
    def resume(self, request: Request, pk: int) -> Response:
        """Let an import that stopped half-way go on."""
        self.found(pk)
        must_import(self.person)
        import_ = service.resume(pk)
        hurry(pk)
        return queued(request, import_, request.path.rstrip("/").removesuffix("/resume"))


class JsonWhereRefused(JsonOrFile):
    """Whatever is accepted: the file is CSV, a problem is JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class ImportErrors(Collection):
    """The rows of an import that were set aside."""

    queryset = Import.objects.all()
    serializer_class = ImportShown
    filter_backends = ()
    pagination_class = None
    content_negotiation_class = JsonWhereRefused

    def visible(self) -> QuerySet[Import]:
        return imports_visible_to(self.person)

    @extend_schema(operation_id="imports_errors", responses={(200, "text/csv"): OpenApiTypes.STR})
    def retrieve(self, _request: Request, pk: int) -> StreamingHttpResponse:  # type: ignore[override]
        """A CSV: line, column, value, code, reason, then the row's own columns."""
        import_ = self.found(pk)
        name = f'attachment; filename="import-{import_.pk}-errors.csv"'
        return StreamingHttpResponse(
            error_lines(import_), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
        )

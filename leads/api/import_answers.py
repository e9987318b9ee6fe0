"""`/api/v1/imports/{id}/answer` and `/repairs`: say what an import asks, and what its rows set aside should be."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.idempotency import idempotent
from alignment.api.views import Collection
from alignment.clock import now
from leads.api.import_documents import AnswerBody, ImportQueued, ImportShown, RepairBody, RepairedShown, RepairFile
from leads.api.imports import hurry, must_import, queued
from leads.imports import service
from leads.imports.models import Import
from leads.imports.repairs.repair_file import read_corrections
from leads.imports.repairs.repairing import Correction, repair
from leads.imports.summary import describe
from leads.selectors.imports import imports_visible_to


class ImportAnswers(Collection):
    """What people say to an import: which reading is meant, and what rows that were set aside should say."""

    queryset = Import.objects.all()
    serializer_class = ImportShown
    filter_backends = ()
    pagination_class = None
    parser_classes = (JSONParser, MultiPartParser)

    def visible(self) -> QuerySet[Import]:
        return imports_visible_to(self.person)

    @extend_schema(
        operation_id="imports_repair",
        request={"application/json": RepairBody, "multipart/form-data": RepairFile},
        responses={200: RepairedShown},
    )
    @idempotent
    def repair(self, request: Request, pk: int) -> Response:
        """Bring corrected rows in: the file of `errors.csv` sent back, or the rows by line. They join the import."""
        import_ = self.found(pk)
        must_import(self.person)
        if "file" in request.data:
            sent = RepairFile(data=request.data)
            sent.is_valid(raise_exception=True)
            corrections = read_corrections(import_, sent.validated_data["file"].file)
        else:
            body = RepairBody(data=request.data)
            body.is_valid(raise_exception=True)
            corrections = [Correction(row["line"], row["values"]) for row in body.validated_data["rows"]]
        repaired = repair(pk, corrections, now=now(), actor=self.person)
        return Response(
            {
                "came_in": repaired.came_in,
                "still_aside": repaired.still_aside,
                "as_before": repaired.as_before,
                "warnings": repaired.warnings,
                "import": describe(repaired.import_),
            }
        )

    @extend_schema(request=AnswerBody, responses={202: ImportQueued})
    @idempotent
    def answer(self, request: Request, pk: int) -> Response:
        """Answer what the import asks; it is checked again with that, and goes on or asks the next question."""
        self.found(pk)
        must_import(self.person)
        body = AnswerBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        import_ = service.answer(pk, given["answer"], now=now(), field=given.get("field"))
        hurry(pk)
        return queued(request, import_, request.path.rstrip("/").removesuffix("/answer"))

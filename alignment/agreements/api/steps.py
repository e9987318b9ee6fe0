"""`/api/v1/agreements/{id}`: one version, and every step that can be taken with it. `id` is the version's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.agreements import deciding, overriding
from alignment.agreements.api.bodies import DraftChanges, ReasonBody
from alignment.agreements.api.collections import AboutAgreements
from alignment.agreements.api.documents import DifferenceShown, VersionShown
from alignment.agreements.api.saying import as_sent
from alignment.agreements.dates import read_effective_from
from alignment.agreements.drafts import change_draft, discard_draft, lock_version
from alignment.agreements.models import Version
from alignment.agreements.selectors import baseline, difference, versions
from alignment.api.idempotency import idempotent
from alignment.api.versions import expected_version
from alignment.attempts import again_after_deadlock
from alignment.clock import now

WITH = OpenApiParameter(
    "with",
    OpenApiTypes.INT,
    description="The id of another version of the same kind; by default what will be in force when it takes effect.",
)


class VersionSteps(AboutAgreements):
    """One version of an agreement."""

    queryset = Version.objects.all()
    serializer_class = VersionShown
    filter_backends = ()
    pagination_class = None

    def visible(self) -> QuerySet[Version]:
        return versions(self.person).select_related("restored_from", "override__reverted_by")

    def shown(self, pk: int, *, status: int = 200) -> Response:
        return self.shown_version(cast("Version", self.found(pk)), status=status)

    def retrieve(self, _request: Request, pk: int) -> Response:
        """A version: its terms and words, what it changes, who signed, what was said and tried."""
        return self.shown(pk)

    @extend_schema(request=DraftChanges, responses={200: VersionShown})
    @again_after_deadlock
    @transaction.atomic
    def change(self, request: Request, pk: int) -> Response:
        """Change a draft; what was proposed stays as it is (409 `not_a_draft`)."""
        self.found(pk)
        sent = DraftChanges(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        data, moment, present = sent.validated_data, now(), lock_version(pk)
        effective = present.effective_from
        if "effective_from" in data:
            effective = read_effective_from(data["effective_from"], now=moment)
        if "terms" in data and data["terms"] is None:
            raise ValidationError({"terms": "Terms are a JSON object."}, code="required")
        with as_sent():
            change_draft(
                pk,
                by=self.person,
                now=moment,
                expected=expected_version(request),
                document=data.get("terms"),
                note=(data["note"] or "") if "note" in data else None,
                effective_from=effective,
                review_by=data.get("review_by", present.review_by),
                keep_dates=False,
            )
        return self.shown(pk)

    @extend_schema(responses={204: OpenApiResponse(description="It is gone.")})
    def discard(self, request: Request, pk: int) -> Response:
        """Throw a draft away for good; one with comments stays (409 `has_comments`)."""
        self.found(pk)
        discard_draft(pk, by=self.person, expected=expected_version(request))
        return Response(status=204)

    @extend_schema(request=None, responses={200: VersionShown})
    @again_after_deadlock
    @idempotent
    def propose(self, request: Request, pk: int) -> Response:
        """Put a draft before both sides; a lead who proposes signs for their side by it."""
        return self.stepped(request, pk, deciding.propose)

    @extend_schema(request=None, responses={200: VersionShown})
    @again_after_deadlock
    @idempotent
    def sign(self, request: Request, pk: int) -> Response:
        """Sign for your side; with the last signature it takes effect, or is scheduled for its date."""
        return self.stepped(request, pk, deciding.sign)

    @extend_schema(request=ReasonBody, responses={200: VersionShown})
    @again_after_deadlock
    @idempotent
    def reject(self, request: Request, pk: int) -> Response:
        """Say no for your side, with the reason."""
        return self.stepped(request, pk, deciding.reject, reason=reason_in(request))

    @extend_schema(request=ReasonBody, responses={200: VersionShown})
    @again_after_deadlock
    @idempotent
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take a proposal back; a reason may be given."""
        return self.stepped(request, pk, deciding.withdraw, reason=reason_in(request))

    @extend_schema(request=ReasonBody, responses={200: VersionShown})
    @again_after_deadlock
    @idempotent
    def override(self, request: Request, pk: int) -> Response:
        """For operators: put it in force at once without all signatures, with a reason that both sides see."""
        return self.stepped(request, pk, overriding.override, reason=reason_in(request))

    @extend_schema(request=None, responses={200: VersionShown})
    @again_after_deadlock
    @idempotent
    def revert(self, _request: Request, pk: int) -> Response:
        """For operators: take an override back; what it replaced holds again."""
        self.found(pk)
        overriding.revert(pk, by=self.person, now=now())
        return self.shown(pk)

    @extend_schema(parameters=[WITH], responses={200: DifferenceShown})
    def difference(self, request: Request, pk: int) -> Response:
        """What this version changes about another one, in words."""
        after = self.found(pk)
        text = request.query_params.get("with")
        before = self.other(after, text) if text else baseline(after, now())
        said = difference(before, after)
        return Response({"before": before.number if before else None, "after": after.number, "difference": said})

    def other(self, version: Version, text: str) -> Version:
        """The version of that id, of the same kind."""
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise ValidationError({"with": "The id of a version is a whole number."}, code="invalid_number")
        found: Version | None = self.get_queryset().filter(pk=int(text)).first()
        if found is None or found.agreement.kind != version.agreement.kind:
            raise Http404
        return found

    def stepped(self, request: Request, pk: int, step: Callable[..., object], **more: Any) -> Response:
        """Take a step, held to the `If-Match` of the caller where there is one, and show what became of the version."""
        self.found(pk)
        with as_sent():
            step(pk, by=self.person, now=now(), expected=expected_version(request), **more)
        return self.shown(pk)


def reason_in(request: Request) -> str:
    """The reason in a body; empty where there is none: the service says whether it is needed."""
    sent = ReasonBody(data=request.data or {})
    sent.is_valid(raise_exception=True)
    return str(sent.validated_data.get("reason") or "")

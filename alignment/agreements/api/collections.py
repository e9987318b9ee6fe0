"""`/api/v1/agreements`: the list, one agreement and its versions, and drafts of new ones."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.agreements.api.access import ReadersOnly
from alignment.agreements.api.bodies import DraftBody
from alignment.agreements.api.describing import Description
from alignment.agreements.api.documents import AgreementShown, VersionBrief, VersionShown
from alignment.agreements.api.filters import AgreementFilters
from alignment.agreements.api.saying import as_sent
from alignment.agreements.dates import read_effective_from
from alignment.agreements.drafts import restore, start_draft
from alignment.agreements.kinds import ONLY_KEY
from alignment.agreements.models import Agreement, Step, Version
from alignment.agreements.selectors import agreements, version, versions
from alignment.api.idempotency import idempotent
from alignment.api.versions import etag
from alignment.api.views import Collection
from alignment.attempts import again_after_deadlock
from alignment.clock import now


class AboutAgreements(Collection):
    """What the views about agreements have in common."""

    permission_classes = (ReadersOnly,)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "description": Description(self.request)}

    def shown_version(self, found: Version, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        """All of a version, with its `ETag`."""
        document = VersionShown(found, context=self.get_serializer_context()).data
        return Response(document, status=status, headers={"ETag": etag(found.revision), **(headers or {})})


class Agreements(AboutAgreements):
    """Every agreement that was begun."""

    queryset = Agreement.objects.all()
    serializer_class = AgreementShown
    filterset_class = AgreementFilters
    orders = ("id", "-id", "created_at", "-created_at")

    def visible(self) -> QuerySet[Agreement]:
        open_steps = Q(step__in=[Step.DRAFT, Step.PROPOSED])
        ahead = Q(periods__during__endswith__gt=now()) | Q(periods__during__upper_inf=True)
        live = versions(self.person).filter(pk__in=Version.objects.filter(open_steps | ahead).values("pk"))
        return agreements(self.person).prefetch_related(Prefetch("versions", live, to_attr="live_versions"))

    def paginate_queryset(self, queryset: Any) -> list[Any] | None:
        """A page of them; what each is called is asked at once, when the first is shown."""
        self.page = super().paginate_queryset(queryset)
        return self.page

    def get_serializer_context(self) -> dict[str, Any]:
        page = getattr(self, "page", None) or ()
        return {**super().get_serializer_context(), "description": Description(self.request).named(page)}

    @extend_schema(operation_id="agreements_of_a_key")
    def one(self, _request: Request, kind: str, key: str) -> Response:
        """One agreement: what is in force, what is to come, who still has to sign."""
        found = self.get_queryset().filter(kind=kind, key=key).first()
        if found is None:
            raise Http404
        return Response(self.get_serializer(found).data)

    @extend_schema(request=DraftBody, responses={201: VersionShown})
    @again_after_deadlock
    @idempotent
    def create(self, request: Request) -> Response:
        """Write a draft; with `restore`, one that says again what an older version said."""
        sent = DraftBody(data=request.data)
        sent.is_valid(raise_exception=True)
        data, moment = sent.validated_data, now()
        kind, key = data["kind"], data.get("key") or ONLY_KEY
        fields = {
            "note": data.get("note") or "",
            "effective_from": read_effective_from(data.get("effective_from"), now=moment),
            "review_by": data.get("review_by"),
        }
        with as_sent():
            if "restore" in data:
                older = version(self.person, kind, key, data["restore"])
                made = restore(older, by=self.person, now=moment, **fields)
            else:
                made = start_draft(kind, key, data["terms"], author=self.person, now=moment, **fields)
        found = versions(self.person).get(pk=made.pk)
        place = Description(request).url(made.pk)
        return self.shown_version(found, status=201, headers={"Location": place})


class Versions(AboutAgreements):
    """The versions of one agreement, the latest first."""

    queryset = Version.objects.all()
    serializer_class = VersionBrief
    filter_backends = ()
    orders = ("-number", "number")

    def visible(self) -> QuerySet[Version]:
        of_it = versions(self.person).filter(agreement__kind=self.kwargs["kind"], agreement__key=self.kwargs["key"])
        if not of_it.exists():
            raise Http404
        return of_it.select_related("restored_from", "override__reverted_by")

    @extend_schema(responses={200: VersionShown})
    def numbered(self, _request: Request, kind: str, key: str, number: int) -> Response:
        """A version by its number; its own address is its `url`."""
        return self.shown_version(version(self.person, kind, key, number))

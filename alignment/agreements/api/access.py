"""Who may ask about agreements at all? For partners, and for who is in no team, nothing of it is there."""

from __future__ import annotations

from django.http import Http404
from rest_framework.request import Request
from rest_framework.views import APIView

from alignment.agreements.entitlement import may_read
from alignment.people.api_keys import ScopePermission


class ReadersOnly(ScopePermission):
    """404 for those who may not read agreements; for the others as everywhere."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.user.is_authenticated and not may_read(request.user):
            raise Http404
        return super().has_permission(request, view)

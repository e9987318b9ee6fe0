"""Addresses under /api/v1/."""

from django.urls import path

from alignment.api.routes import to
from alignment.outbox.api.notices import Notices

urlpatterns = [
    path("notices", to(Notices, get="list"), name="api-notices"),
    path("notices/<int:pk>", to(Notices, get="retrieve"), name="api-notice"),
    path("notices/<int:pk>/read", to(Notices, post="read"), name="api-notice-read"),
]

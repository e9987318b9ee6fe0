"""Addresses under /api/v1/."""

from django.urls import path

from alignment.api.routes import to
from kpis.api.leaks import Leaks
from kpis.api.reports import Reports

urlpatterns = [
    path("leaks", to(Leaks, get="list"), name="api-leaks"),
    path("leaks/<int:pk>", to(Leaks, get="retrieve"), name="api-leak"),
    path("reports/<str:key>", Reports.as_view(), name="api-report"),
]

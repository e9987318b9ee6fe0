"""Addresses under /api/v1/."""

from django.urls import path

from alignment.api.routes import to
from kpis.api.kpis import Kpis, OneKpi
from kpis.api.leaks import Leaks
from kpis.api.metrics import MetricLines, Metrics, OneMetric
from kpis.api.reports import Reports

urlpatterns = [
    path("kpis", Kpis.as_view(), name="api-kpis"),
    path("kpis/<str:key>", OneKpi.as_view(), name="api-kpi"),
    path("leaks", to(Leaks, get="list"), name="api-leaks"),
    path("leaks/<int:pk>", to(Leaks, get="retrieve"), name="api-leak"),
    path("metrics", Metrics.as_view(), name="api-metrics"),
    path("metrics/<str:key>", OneMetric.as_view(), name="api-metric"),
    path("metrics/<str:key>/lines", MetricLines.as_view(), name="api-metric-lines"),
    path("reports/<str:key>", Reports.as_view(), name="api-report"),
]

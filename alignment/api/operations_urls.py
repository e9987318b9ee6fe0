"""Addresses for those who run the product: alive, ready, numbers."""

from django.urls import path

from alignment.api.health import healthz, readyz
from alignment.api.metrics import metrics

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]

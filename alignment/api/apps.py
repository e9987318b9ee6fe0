"""What every endpoint shares: the error shape, cursors, idempotency."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "alignment.api"
    label = "api"
    verbose_name = "API"
